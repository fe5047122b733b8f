/**
 * The card dialogue, of a login or of registering a card: PIN → challenge → component → signature → next page.
 *
 * The PIN is read once, its field is emptied at once, and it goes to the component's window only. Every try takes a new
 * challenge. The component is called in the click itself: later the browser would block its window.
 */
import { signWithComponent } from './card-bridge.ts';
import { keepComponentVersion, serverVersionOf, showComponentNotice } from './component-notice.ts';
import { clearState, showState, type ShownState } from './component-state.ts';
import { judgeVersionHere } from './component-version.ts';
import { keepFacts } from './kept-failure.ts';
import { RefusedError, fetchChallenge, sendProof } from './portal-calls.ts';
import { followFailure, setUpReaderChoice, tellGoneReader } from './reader-choice.ts';
import { findChosenReader } from './reader-name.ts';
import { askForSignedData, signatureTypeHere } from './signature-type.ts';
import { copyOf, elementById, findTemplate } from './templates.ts';
import { reportTrouble } from './trouble-report.ts';

/** States that need more room than the login card has: they have a page of their own. */
const STATES_WITH_A_PAGE: readonly string[] = ['pin-locked', 'certificate-expired', 'certificate-not-yet-valid'];

/** States that the person puts right in the PIN field. */
const STATES_OF_THE_PIN: readonly string[] = ['pin-wrong', 'pin-length'];

/** The card has signed, and this portal takes no signature of so old a component. */
const TOO_OLD = { state: 'component-error', trouble: 'version' } as const;

const form = elementById('login', HTMLFormElement);
const pinField = elementById('pin', HTMLInputElement);
const button = elementById('submit', HTMLButtonElement);
const reader = elementById('reader', HTMLElement);
const { component = '', purpose = '', challenge: challengePath = '', proof: proofPath = '', trip } = form.dataset;

form.addEventListener('submit', event => {
  event.preventDefault();
  if (button.disabled) return;
  const pin = pinField.value;
  pinField.value = '';
  setBusy(true);
  clearState();
  showLine('asking');
  logIn(pin)
    .then(next => {
      showLine('entering');
      location.assign(next);
    }, showFailure)
    .catch(showUntold);
});

setUpReaderChoice({
  componentOrigin: component,
  begin() {
    if (button.disabled) return false;
    setBusy(true);
    clearState();
    showLine('reading');
    return true;
  },
  end(failure) {
    setBusy(false);
    if (failure === undefined) showLine('ready');
    else showStopped(failure);
  },
});

start();

// No typed PIN stays in a page that is left.
window.addEventListener('pagehide', () => (pinField.value = ''));

// The browser may show this page again as it was left (back button): then it starts over. The first time nothing is
// emptied: half a PIN, typed before the page was complete, could pass for a whole one.
window.addEventListener('pageshow', event => {
  if (!event.persisted) return;
  clearState();
  showLine('ready');
  start();
});

/** Frees the page for a PIN; where the browser refuses cookies nobody can log in, and no card is given a PIN for nothing. */
function start(): void {
  setBusy(false);
  showComponentNotice();
  if (navigator.cookieEnabled) return;
  button.disabled = true;
  pinField.disabled = true;
  showLine('failed');
  showState({ state: 'cookies-off' });
}

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
  const slotDescription = findChosenReader();
  const outcome = await signWithComponent({
    componentOrigin: component,
    request: {
      tbs: challenge.then(({ tbs }) => tbs),
      pin,
      signatureType: signatureTypeHere(),
      ...(slotDescription === undefined ? {} : { slotDescription }),
    },
  });
  const serverVersion = serverVersionOf(outcome);
  keepComponentVersion(serverVersion);
  showComponentNotice();
  if (outcome.state !== 'signed') throw new StoppedError(tellGoneReader(outcome, slotDescription));
  if (judgeVersionHere(serverVersion) === 'refused') {
    throw new StoppedError({
      ...TOO_OLD,
      reply: { retCode: 0, lastError: 0, ...(serverVersion === undefined ? {} : { serverVersion }) },
    });
  }
  showLine('verifying');
  const { challengeId } = await challenge;
  return sendProof(proofPath, { challengeId, ...outcome.proof, ...(trip === undefined ? {} : { trip }) });
}

function showFailure(error: unknown): void {
  if (error instanceof RefusedError) {
    const { code, requestId, facts } = error.refusal;
    keepFacts(requestId, facts);
    openFailurePage({ code, ref: requestId });
    return;
  }
  showStopped(error instanceof StoppedError ? error.shown : { state: 'portal-unreachable' });
}

/** The page itself failed to show what happened: never may it stand there as if it still worked. */
function showUntold(): void {
  setBusy(false);
  openFailurePage({});
}

function showStopped(shown: ShownState): void {
  reportTrouble(purpose, shown);
  if (shown.state === 'component-error' && shown.trouble === 'signature-type') askForSignedData();
  followFailure(shown);
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
