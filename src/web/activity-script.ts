import { sessionWarningIn } from './texts/session-warning.ts';

/**
 * The script that a business system's page includes: loads `islands/system-watch.ts`, of the very version that this
 * gateway serves, with its words. Classic, so that any page can include it; what it loads are modules.
 */
export function activityScript(facts: { readonly portalOrigin: string; readonly assetsDigest: string }): string {
  const settings = {
    texts: { zh: sessionWarningIn('zh'), en: sessionWarningIn('en') },
    loggedOutAddress: `${facts.portalOrigin}/logged-out`,
  };
  const island = `/.gateway/assets/${facts.assetsDigest}/islands/system-watch.js`;
  return `import(${JSON.stringify(island)}).then(island => island.watchSystemPage(${JSON.stringify(settings)}));\n`;
}
