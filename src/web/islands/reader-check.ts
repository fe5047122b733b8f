/** The check of component, reader and card, started by the person on the reader's help page. Sends nothing anywhere. */
import { readEnvironment, type EnvironmentOutcome } from './card-bridge.ts';
import { composeCardLine } from './card-line.ts';
import { checkReaders, judgeSteps, type CheckedReader, type StepResult } from './check-steps.ts';
import { composeState } from './component-state.ts';
import { keepComponentVersion, serverVersionOf } from './component-notice.ts';
import { judgeVersionHere } from './component-version.ts';
import { taipeiTime } from './taipei-time.ts';
import { copyOf, elementById, findTemplate } from './templates.ts';

const section = elementById('check', HTMLElement);
const button = elementById('check-start', HTMLButtonElement);
const status = elementById('check-status', HTMLElement);
const list = elementById('check-steps', HTMLElement);
const report = elementById('check-report', HTMLElement);
const summary = elementById('check-summary', HTMLTextAreaElement);
const copied = elementById('check-copied', HTMLElement);

button.disabled = false;
button.addEventListener('click', () => {
  button.disabled = true;
  report.hidden = true;
  tell('running');
  readEnvironment({ componentOrigin: section.dataset['component'] ?? '', withCertificates: true }).then(show, () =>
    show({ state: 'component-silent' }),
  );
});
elementById('check-copy', HTMLButtonElement).addEventListener('click', () => {
  navigator.clipboard.writeText(summary.value).then(
    () => copied.replaceChildren(copyOf(findTemplate('text', 'copied'))),
    () => {
      // Not allowed to write there: the person copies the marked text.
      summary.select();
      copied.replaceChildren(copyOf(findTemplate('text', 'not-copied')));
    },
  );
});
elementById('check-print', HTMLButtonElement).addEventListener('click', () => window.print());

function show(outcome: EnvironmentOutcome): void {
  button.disabled = false;
  const now = new Date();
  const serverVersion = serverVersionOf(outcome);
  keepComponentVersion(serverVersion);
  const readers = checkReaders(outcome, now);
  const results = judgeSteps(outcome, judgeVersionHere(serverVersion), readers);
  for (const result of results) showStep(result);
  const version = list.querySelector('[data-version-number]');
  if (version !== null) version.textContent = serverVersion ?? '';
  elementById('check-readers', HTMLElement).replaceChildren(...readers.map(composeReader));
  const failed = results.find(({ verdict }) => verdict === 'fail');
  tell(failed === undefined ? 'done' : 'failed');
  summary.value = summarise(now);
  summary.rows = summary.value.split('\n').length;
  copied.replaceChildren();
  report.hidden = false;
  if (failed !== undefined) list.querySelector<HTMLElement>(`[data-step="${failed.step}"] [data-failure]`)?.focus();
}

function showStep({ step, verdict, failure }: StepResult): void {
  const line = list.querySelector(`[data-step="${step}"]`);
  line?.querySelector('[data-verdict]')?.replaceChildren(copyOf(findTemplate('verdict', verdict)));
  const advice = line?.querySelector('[data-advice]');
  advice?.toggleAttribute('hidden', verdict !== 'warn');
  line?.querySelector('[data-failure]')?.replaceChildren(...(failure === undefined ? [] : [composeState(failure)]));
}

function composeReader({ name, card }: CheckedReader): Element {
  const item = document.createElement('li');
  const title = document.createElement('b');
  title.textContent = name;
  const line = document.createElement('span');
  line.className = 'card-line';
  line.append(composeCardLine(card));
  item.append(title, line);
  return item;
}

/** The result as lines of text for the help desk: what the page shows, without what names the person. */
function summarise(now: Date): string {
  const steps = [...list.children].map(step => {
    const label = step.querySelector('[data-label]')?.textContent ?? '';
    const facts = ['[data-verdict]', '[data-version-number]', '[data-failure] .code'].map(plainText(step));
    return [label, ...facts].filter(text => text !== '').join(' | ');
  });
  const readers = [...elementById('check-readers', HTMLElement).children].map(reader => `- ${plain(reader)}`);
  const component = section.dataset['component'] ?? '';
  return [document.title, `${taipeiTime(now)}+08:00`, navigator.userAgent, component, ...steps, ...readers].join('\n');
}

function plainText(within: Element): (selector: string) => string {
  return selector => {
    const found = within.querySelector(selector);
    return found === null ? '' : plain(found);
  };
}

function plain(element: Element): string {
  const copy = document.importNode(element, true);
  for (const left of copy.querySelectorAll('[data-personal], [hidden]')) left.remove();
  for (const title of copy.querySelectorAll('b')) title.append(': ');
  return copy.textContent.replaceAll(/\s+/g, ' ').trim();
}

function tell(name: string): void {
  status.replaceChildren(copyOf(findTemplate('text', name)));
}
