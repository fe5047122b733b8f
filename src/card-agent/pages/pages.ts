import { bilingual, escapeHtml, htmlPage } from './html.ts';
import { bridgePopup } from './popup-bridge.ts';

/** `GET /`: says that the agent runs, its version in the component's notation, and whom it serves. */
export function homePage(version: string, allowedOrigins: readonly string[]): string {
  const origins = allowedOrigins.map(origin => `<li><code>${escapeHtml(origin)}</code></li>`).join('');
  const served =
    origins === ''
      ? `<p>${bilingual('servesNobody')}</p>`
      : `<p>${bilingual('servedPages')}</p><ul>${origins}</ul><p>${bilingual('addSite')}</p>`;
  return htmlPage(`<h1>${bilingual('title')}</h1>
<p>${bilingual('running')}</p>
<p class="time">version:${escapeHtml(version)}</p>
${served}
<p class="actions"><a class="button" href="/selfTest.htm">${bilingual('selfTest')}</a></p>`);
}

/** The popup: carries its token and the agent's list for the bridge script; without script it says so. */
export function popupPage(token: string, allowedOrigins: readonly string[]): string {
  return htmlPage(`<div id="bridge" data-token="${escapeHtml(token)}" data-allowed-origins="${escapeHtml(allowedOrigins.join(' '))}"></div>
<p>${bilingual('popupBusy')}</p>
<p id="no-opener" hidden>${bilingual('noOpener')}</p>
<noscript><p>${bilingual('needsScript')}</p></noscript>
<script src="/popup-bridge.js"></script>`);
}

export const popupScript = `'use strict';\n(${bridgePopup.toString()})(window);\n`;
