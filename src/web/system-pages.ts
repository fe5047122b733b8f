import type { SystemPages } from '../flows/ports.ts';
import { activityScript } from './activity-script.ts';
import { loadAssets, makeScript, serveAsset, type Assets } from './assets.ts';
import { chooseLanguage } from './language.ts';
import type { PortalSettings } from './portal-settings.ts';
import { tellEnd } from './texts/session-ends.ts';
import { renderNoticeDocument } from './views/system-notice.tsx';
import { renderSystemPage } from './views/system-page.tsx';

const ASSETS_HREF = '/.gateway/assets';

/**
 * The gateway's own pages on the business systems' hosts. They load nothing but the style sheet, from
 * `/.gateway/assets/`, and link to the portal by its whole address. Beside them, what the systems' own pages may include.
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
        assetsHref: ASSETS_HREF,
        here: null,
        notice: facts.system.notice,
      };
      return renderSystemPage({ page, content, system: facts.system, requestId: facts.requestId, at: facts.at });
    },
    renderNotice(system, languages) {
      const language = chooseLanguage(undefined, languages);
      const title = language === 'zh' ? system.name : system.nameEn;
      return renderNoticeDocument({ notice: system.notice, language, title, assetsHref: ASSETS_HREF });
    },
    tellEnd: ({ endedBecause, replacedBy }, languages) =>
      endedBecause === null ? '' : tellEnd(endedBecause, replacedBy)[chooseLanguage(undefined, languages)],
    asset: name => serveAsset(assets, name),
    activityScript: makeScript(activityScript({ portalOrigin: input.portalOrigin, assetsDigest: assets.digest })),
  };
}
