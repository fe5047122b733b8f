import type { SystemPages } from '../flows/ports.ts';
import { loadAssets, type Assets } from './assets.ts';
import { chooseLanguage } from './language.ts';
import type { PortalSettings } from './portal-settings.ts';
import { renderSystemPage } from './views/system-page.tsx';

/**
 * The gateway's own pages on the business systems' hosts. They load nothing but the style sheet, from
 * `/.gateway/assets/`, and link to the portal by its whole address.
 */
export function createSystemPages(input: {
  readonly settings: PortalSettings;
  readonly portalOrigin: string;
  readonly assets?: Assets;
}): SystemPages {
  const assets = input.assets ?? loadAssets(new URL('./assets/', import.meta.url));
  return {
    render(content, facts) {
      const page = {
        settings: input.settings,
        language: chooseLanguage(undefined, facts.acceptLanguage),
        portalHref: `${input.portalOrigin}/`,
        assetsHref: '/.gateway/assets',
        here: null,
      };
      return renderSystemPage({ page, content, system: facts.system, requestId: facts.requestId, at: facts.at });
    },
    asset: name => assets.find(name),
  };
}
