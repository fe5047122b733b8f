/**
 * The choice among several readers, on every card dialogue: a health insurance card in one reader and the citizen card
 * in another is an ordinary desk. Asks the component in a click of its own; without a choice the component takes the
 * first reader with a card.
 */
import { readEnvironment, type ReaderState } from './card-bridge.ts';
import type { PopupFailure } from './component-popup.ts';
import { composeCardLine, judgeCard } from './card-line.ts';
import { keepComponentVersion, serverVersionOf, showComponentNotice } from './component-notice.ts';
import type { ShownState } from './component-state.ts';
import { findChosenReader, forgetReader, rememberReader } from './reader-name.ts';
import { copyOf, elementById, findTemplate } from './templates.ts';

/** States that another reader may cure. */
const STATES_OF_THE_READER: readonly string[] = [
  'no-card',
  'no-reader',
  'wrong-card-family',
  'no-sign-certificate',
  'certificate-expired',
  // the PIN may have gone to another card: a component takes the first one that it meets
  'pin-wrong',
  'pin-locked',
];

/** "Method not known", which some components say of a reader that is gone. */
const NOT_KNOWN = 0x7600000e;

const box = elementById('reader-choice', HTMLElement);
const openButton = elementById('choose-reader', HTMLButtonElement);
const options = elementById('reader-options', HTMLFieldSetElement);
const list = elementById('reader-list', HTMLElement);
const chosenLine = elementById('chosen-reader', HTMLElement);
const automatic = elementById('reader-automatic', HTMLInputElement);

/**
 * Makes the choice work.
 *
 * @param dialogue.begin takes the page over while the component is asked; false when it is busy with something else
 * @param dialogue.end   gives it back, with the failure if there was one
 */
export function setUpReaderChoice(dialogue: {
  readonly componentOrigin: string;
  readonly begin: () => boolean;
  readonly end: (failure?: ShownState) => void;
}): void {
  showChosen();
  openButton.disabled = false;
  openButton.addEventListener('click', () => {
    if (!dialogue.begin()) return;
    readEnvironment({ componentOrigin: dialogue.componentOrigin, withCertificates: true }).then(
      outcome => {
        keepComponentVersion(serverVersionOf(outcome));
        showComponentNotice();
        if (outcome.state !== 'environment') {
          dialogue.end(outcome);
          return;
        }
        dialogue.end();
        showReaders(outcome.readers);
      },
      () => dialogue.end({ state: 'component-silent' }),
    );
  });
  automatic.addEventListener('change', () => {
    forgetReader();
    showChosen();
  });
}

/**
 * What a failure means where a reader was asked for by name: that it is gone, which is not that there is none.
 *
 * @param name undefined: the component took one itself
 */
export function tellGoneReader(failure: PopupFailure, name: string | undefined): ShownState {
  const { state, reply } = failure;
  if (name === undefined || (state !== 'no-reader' && reply?.retCode !== NOT_KNOWN)) return failure;
  return { state: 'no-reader', goneReader: name, reply };
}

/** After a failure: forgets a reader that is gone, and offers the choice where it may help. */
export function followFailure(shown: ShownState): void {
  if (shown.state === 'no-reader') forgetReader();
  showChosen();
  const mayHelp = STATES_OF_THE_READER.includes(shown.state) || shown.state === 'component-error';
  box.classList.toggle('is-offered', mayHelp);
}

function showReaders(readers: readonly ReaderState[]): void {
  const now = new Date();
  const judged = readers.map(reader => ({ name: reader.name, card: judgeCard(reader.card, now) }));
  const remembered = findChosenReader();
  if (remembered !== undefined && !readers.some(({ name }) => name === remembered)) forgetReader();
  const [only, ...others] = judged.filter(({ card }) => card.kind === 'citizen');
  // Whoever asks has the wrong one at present: the only reader with a citizen card is what he is looking for.
  if (findChosenReader() === undefined && readers.length > 1 && only !== undefined && others.length === 0) {
    rememberReader(only.name);
  }
  list.replaceChildren(
    ...judged.map(({ name, card }, index) => composeOption(`reader-${index}`, name, composeCardLine(card))),
  );
  automatic.checked = findChosenReader() === undefined;
  options.hidden = false;
  showChosen();
  options.querySelector<HTMLInputElement>('input:checked')?.focus();
}

function composeOption(id: string, name: string, line: DocumentFragment): DocumentFragment {
  const option = copyOf(findTemplate('text', 'reader-option'));
  option.querySelector('b')?.append(name);
  option.querySelector('[data-line]')?.append(line);
  const input = option.querySelector('input');
  if (input === null) throw new Error('The page has no template of a reader.');
  input.id = id;
  option.querySelector('label')?.setAttribute('for', id);
  input.checked = name === findChosenReader();
  input.addEventListener('change', () => {
    rememberReader(name);
    showChosen();
  });
  return option;
}

function showChosen(): void {
  const name = findChosenReader();
  chosenLine.hidden = name === undefined;
  const field = chosenLine.querySelector('b');
  if (field !== null) field.textContent = name ?? '';
}
