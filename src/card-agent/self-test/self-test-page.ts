import { bilingual, escapeHtml, htmlPage } from '../pages/html.ts';
import type { Step } from './diagnosis.ts';
import { showLive } from './live-script.ts';

/**
 * @param results HTML of `resultsSection`; nothing while the check has not been asked for by the person at the machine
 * @param token   for the page's script to be told of changes
 */
export function selfTestPage(results: string | undefined, token: string | undefined): string {
  const watch = token === undefined ? '' : ` data-watch="${escapeHtml(token)}"`;
  return htmlPage(`<h1>${bilingual('selfTest')}</h1>
<p class="lead">${bilingual(results === undefined ? 'openedElsewhere' : 'selfTestLead')}</p>
<p id="stale" class="next" role="alert" hidden>${bilingual('stale')}</p>
<div id="results" role="status"${watch}>
${results ?? ''}
</div>
<p class="actions"><a class="button" href="/selfTest.htm">${bilingual('again')}</a></p>
<p id="live" class="note" hidden>${bilingual('live')}</p>
<p class="note">${bilingual('pinNotTested')}</p>
<p class="note">${bilingual('help')}</p>
<script src="/self-test.js"></script>`);
}

export const selfTestScript = `'use strict';\n(${showLive.toString()})(window);\n`;

export function resultsSection(steps: readonly Step[], now: Date): string {
  const time = now.toLocaleString('sv-SE', { timeZone: 'Asia/Taipei' });
  return `<ol class="steps">
${steps.map(stepItem).join('\n')}
</ol>
<p class="time">${bilingual('time')} <time datetime="${now.toISOString()}">${time}</time></p>`;
}

/** An icon beside the word: the state is never told by colour alone. */
const icons = { ok: '✓', attention: '!', stop: '✕', skipped: '–' } as const satisfies Record<Step['state'], string>;

function stepItem({ name, state, facts, next, code }: Step): string {
  const list = facts.map(({ label, value }) => `<dt>${bilingual(label)}</dt><dd>${escapeHtml(value)}</dd>`).join('');
  return `<li class="step step-${state}">
<h2>${bilingual(name)}</h2>
<p class="state"><span aria-hidden="true">${icons[state]}</span> ${bilingual(state)}</p>
${list === '' ? '' : `<dl>${list}</dl>`}
${next === undefined ? '' : `<p class="next">${bilingual(next)}</p>`}
${code === undefined ? '' : `<p class="code">${bilingual('code')} <code>${codeText(code)}</code></p>`}
</li>`;
}

const codeText = (code: number): string => `0x${code.toString(16).toUpperCase().padStart(8, '0')}`;
