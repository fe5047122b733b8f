/** The check of component, reader and card, started by the person on the reader's help page. Sends nothing anywhere. */
import { readEnvironment, type EnvironmentOutcome, type ReaderState } from './card-bridge.ts';
import { clearState, showState } from './component-state.ts';
import { copyOf, elementById, findTemplate } from './templates.ts';

type Environment = Extract<EnvironmentOutcome, { state: 'environment' }>;

const section = elementById('check', HTMLElement);
const button = elementById('check-start', HTMLButtonElement);
const status = elementById('check-status', HTMLElement);
const result = elementById('check-result', HTMLElement);
/** The line of the component stands in the page; the readers' lines are added to it and taken away again. */
const linesOfComponent = result.children.length;

button.disabled = false;
button.addEventListener('click', () => {
  button.disabled = true;
  clearState();
  result.hidden = true;
  tell('running');
  readEnvironment({ componentOrigin: section.dataset['component'] ?? '' }).then(show, () =>
    show({ state: 'component-silent' }),
  );
});

function show(outcome: EnvironmentOutcome): void {
  button.disabled = false;
  if (outcome.state === 'environment') {
    showEnvironment(outcome);
    tell('done');
    return;
  }
  showState(outcome);
  tell('failed');
  elementById('state', HTMLElement).focus();
}

function showEnvironment(environment: Environment): void {
  for (const line of [...result.children].slice(linesOfComponent)) line.remove();
  const isOutdated = environment.version === 'outdated';
  setShown('[data-version="current"]', !isOutdated);
  setShown('[data-version="outdated"]', isOutdated);
  setShown('[data-version-number]', environment.serverVersion !== undefined);
  const number = result.querySelector('[data-version-number] span');
  if (number !== null) number.textContent = environment.serverVersion ?? '';
  for (const reader of environment.readers) result.append(...linesOf(reader));
  result.hidden = false;
}

function linesOf(reader: ReaderState): Element[] {
  const term = document.createElement('dt');
  term.append(copyOf(findTemplate('text', 'reader')));
  const state = document.createElement('dd');
  state.append(copyOf(findTemplate('card', typeof reader.card === 'string' ? reader.card : 'in')));
  const name = document.createElement('small');
  name.className = 'soft line';
  name.textContent = reader.name;
  state.append(name);
  return [term, state];
}

function setShown(selector: string, isShown: boolean): void {
  result.querySelector(selector)?.toggleAttribute('hidden', !isShown);
}

function tell(name: string): void {
  status.replaceChildren(copyOf(findTemplate('text', name)));
}
