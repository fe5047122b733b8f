import { RetCode, retCodeOf } from '../hipki/codes.ts';
import { isSignCertificate, parseCardCertificate } from '../certificates/card-certificate.ts';
import type { CardOutcome, Inventory, Slot } from '../card-reader.ts';
import { bilingual, escapeHtml, htmlPage } from './html.ts';
import { bridgePopup } from './popup-bridge.ts';

/** `GET /`: says that the agent runs, its version in the component's notation, and whom it serves. */
export function homePage(version: string, allowedOrigins: readonly string[]): string {
  const origins = allowedOrigins.map(origin => `<li><code>${escapeHtml(origin)}</code></li>`).join('');
  const served =
    origins === '' ? `<p>${bilingual('servesNobody')}</p>` : `<p>${bilingual('servedPages')}</p><ul>${origins}</ul>`;
  return htmlPage(`<h1>${bilingual('title')}</h1>
<p>${bilingual('running')}</p>
<p>version:${escapeHtml(version)}</p>
${served}
<p><a href="/selfTest.htm">${bilingual('selfTest')}</a></p>`);
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

/** @param outcome nothing while the check has not been asked for by the person at the machine */
export function selfTestPage(version: string, outcome: CardOutcome<Inventory> | undefined): string {
  return htmlPage(`<h1>${bilingual('selfTest')}</h1>
<p>version:${escapeHtml(version)}</p>
${outcome === undefined ? '' : selfTestResult(outcome)}
<p><a href="/selfTest.htm">${bilingual('again')}</a></p>`);
}

function selfTestResult(outcome: CardOutcome<Inventory>): string {
  if (!outcome.ok) return `<p>${bilingual('failed')} <code>${hex(retCodeOf(outcome.failure))}</code></p>`;
  if (outcome.value.slots.length === 0) {
    return `<p>${bilingual('noReader')} <code>${hex(RetCode.noReader)}</code></p>`;
  }
  return outcome.value.slots.map(slotResult).join('\n');
}

function slotResult(slot: Slot): string {
  return `<dl>
<dt>${bilingual('reader')}</dt><dd>${escapeHtml(slot.slotDescription)}</dd>
<dt>${bilingual('card')}</dt><dd>${cardText(slot)}</dd>
<dt>${bilingual('signCertificate')}</dt><dd>${signCertificateText(slot)}</dd>
</dl>`;
}

function cardText({ token }: Slot): string {
  if (token === 'absent') return bilingual('noCard');
  return token === 'unknown' ? bilingual('unknownCard') : escapeHtml(token.serialNumber);
}

function signCertificateText({ token }: Slot): string {
  if (typeof token === 'string') return '–';
  const found = (token.certificates ?? [])
    .map(certificate => parseCardCertificate(certificate.der))
    .find(certificate => certificate !== undefined && isSignCertificate(certificate));
  return found === undefined ? bilingual('noSignCertificate') : escapeHtml(found.notAfter.toISOString());
}

const hex = (code: RetCode): string => `0x${code.toString(16).toUpperCase().padStart(8, '0')}`;
