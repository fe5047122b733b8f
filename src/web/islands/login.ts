/**
 * The card dialogue, of a login or of registering a card: PIN → challenge → component → signature → next page.
 *
 * The PIN is read once, its field is emptied at once, and it goes to the component's window only. Every try takes a new
 * challenge. The component is called in the click itself: later the browser would block its window.
 */
import { signWithComponent } from './card-bridge.ts';
import { clearState, showState, type ShownState } from './component-state.ts';
import { keepFacts } from './kept-failure.ts';
import { RefusedError, fetchChallenge, sendProof } from './portal-calls.ts';
import { copyOf, elementById, findTemplate } from './templates.ts';

/** States that need more room than the login card has: they have a page of their own. */
const STATES_WITH_A_PAGE: readonly string[] = ['pin-locked', 'certificate-expired', 'certificate-not-yet-valid'];

/** States that the person puts right in the PIN field. */
const STATES_OF_THE_PIN: readonly string[] = ['pin-wrong', 'pin-length'];

const form = elementById('login', HTMLFormElement);
const pinField = elementById('pin', HTMLInputElement);
const button = elementById('submit', HTMLButtonElement);
const reader = elementById('reader', HTMLElement);
const { component = '', challenge: challengePath = '', proof: proofPath = '', trip } = form.dataset;

form.addEventListener('submit', event => {
  event.preventDefault();
  if (button.disabled) return;
  const pin = pinField.value;
  pinField.value = '';
  setBusy(true);
  clearState();
  showLine('asking');
  logIn(pin).then(
    next => {
      showLine('entering');
      location.assign(next);
    },
    (error: unknown) => showFailure(error),
  );
});

setBusy(false);

// The browser may show this page again as it was left (back button): then it starts over.
window.addEventListener('pageshow', event => {
  if (!event.persisted) return;
  setBusy(false);
  clearState();
  showLine('ready');
});

/** Thrown where the component, the reader, the card or the PIN stops a login. */
class StoppedError extends Error {
  override readonly name = 'StoppedError';
  readonly shown: ShownState;

  constructor(shown: ShownState) {
    super(shown.state);
    this.shown = shown;
  }
}

async function logIn(pin: string): Promise<URL> {
  const challenge = fetchChallenge(challengePath);
  const outcome = await signWithComponent({
    componentOrigin: component,
    request: { tbs: challenge.then(({ tbs }) => tbs), pin },
  });
  if (outcome.state !== 'signed') throw new StoppedError(outcome);
  const { signature, certificate } = outcome;
  if (certificate === undefined) throw new Error('A bare signature came without its certificate.');
  showLine('verifying');
  const { challengeId } = await challenge;
  return sendProof(proofPath, { challengeId, signature, certificate, ...(trip === undefined ? {} : { trip }) });
}

function showFailure(error: unknown): void {
  if (error instanceof RefusedError) {
    const { code, requestId, facts } = error.refusal;
    keepFacts(requestId, facts);
    openFailurePage({ code, ref: requestId });
    return;
  }
  const shown: ShownState = error instanceof StoppedError ? error.shown : { state: 'portal-unreachable' };
  if (STATES_WITH_A_PAGE.includes(shown.state)) {
    openFailurePage({ code: shown.state });
    return;
  }
  showLine('failed');
  showState(shown);
  setBusy(false);
  const isAboutPin = STATES_OF_THE_PIN.includes(shown.state);
  pinField.setAttribute('aria-invalid', String(isAboutPin));
  if (isAboutPin) pinField.focus();
  else elementById('state', HTMLElement).focus();
}

function openFailurePage(facts: Readonly<Record<string, string>>): void {
  const query = new URLSearchParams({ ...facts, ...(trip === undefined ? {} : { trip }) });
  location.assign(`/login/failed?${query.toString()}`);
}

function setBusy(isBusy: boolean): void {
  button.disabled = isBusy;
  pinField.readOnly = isBusy;
  if (isBusy) pinField.removeAttribute('aria-invalid');
  form.setAttribute('aria-busy', String(isBusy));
}

function showLine(name: string): void {
  const template = findTemplate('line', name);
  reader.className = `reader reader-${template.dataset['tone'] ?? 'plain'}`;
  reader.replaceChildren(copyOf(template));
}
