/** What the check of a computer has found, step by step. */
import type { EnvironmentOutcome } from './card-bridge.ts';
import { judgeCard, type CardKind, type JudgedCard } from './card-line.ts';
import type { PopupFailure } from './component-popup.ts';
import type { VersionVerdict } from './component-version.ts';

export const CHECK_STEPS = ['window', 'component', 'version', 'readers', 'card', 'certificate'] as const;
export type CheckStep = (typeof CHECK_STEPS)[number];

export interface StepResult {
  readonly step: CheckStep;
  /**
   * `skipped`: a step before it failed. `unknown`: it was not told. `other`: nothing that it could be measured by. `warn`:
   * it works, with advice.
   */
  readonly verdict: 'ok' | 'warn' | 'fail' | 'other' | 'unknown' | 'skipped';
  readonly failure?: PopupFailure;
}

export interface CheckedReader {
  readonly name: string;
  readonly card: JudgedCard;
}

/** The step at which a state of the component belongs; all others are the component's own. */
const STEP_OF_STATE: ReadonlyMap<string, CheckStep> = new Map([
  ['popup-blocked', 'window'],
  ['no-reader', 'readers'],
  ['no-card', 'card'],
  ['wrong-card-family', 'card'],
  ['no-sign-certificate', 'certificate'],
  ['certificate-expired', 'certificate'],
  ['certificate-not-yet-valid', 'certificate'],
]);

const VERDICT_OF_VERSION = { current: 'ok', outdated: 'warn', 'other-series': 'other', untold: 'unknown' } as const;

/** The readers with what is in them; none where the component did not list any. */
export function checkReaders(outcome: EnvironmentOutcome, now: Date): CheckedReader[] {
  if (outcome.state !== 'environment') return [];
  return outcome.readers.map(({ name, card }) => ({ name, card: judgeCard(card, now) }));
}

/** Every step with its verdict; at most one has failed, those after it are skipped. */
export function judgeSteps(
  outcome: EnvironmentOutcome,
  version: VersionVerdict,
  readers: readonly CheckedReader[],
): StepResult[] {
  const found = failureOfOutcome(outcome, readers);
  const failed = version === 'refused' && !isBeforeVersion(found) ? TOO_OLD : found;
  const end = failed === undefined ? CHECK_STEPS.length : CHECK_STEPS.indexOf(failed.step);
  return CHECK_STEPS.map((step, index): StepResult => {
    if (index > end) return { step, verdict: 'skipped' };
    if (index === end && failed !== undefined) return { step, verdict: 'fail', failure: failed.failure };
    if (step === 'version' && version !== 'refused') return { step, verdict: VERDICT_OF_VERSION[version] };
    if (step === 'certificate' && isChoiceNeeded(readers)) return { step, verdict: 'warn' };
    return { step, verdict: 'ok' };
  });
}

interface FailedStep {
  readonly step: CheckStep;
  readonly failure: PopupFailure;
}

const TOO_OLD: FailedStep = { step: 'version', failure: { state: 'component-error', trouble: 'version' } };

function isBeforeVersion(failed: FailedStep | undefined): boolean {
  return failed?.step === 'window' || failed?.step === 'component';
}

function failureOfOutcome(outcome: EnvironmentOutcome, readers: readonly CheckedReader[]): FailedStep | undefined {
  const failure = outcome.state === 'environment' ? failureOfCards(readers) : outcome;
  return failure && { step: STEP_OF_STATE.get(failure.state) ?? stepOfCards(outcome), failure };
}

/** A card that cannot be used is the card's trouble once the component has listed it, else the component's. */
function stepOfCards(outcome: EnvironmentOutcome): CheckStep {
  return outcome.state === 'environment' ? 'card' : 'component';
}

/** Why no reader holds what a login needs; the most useful card of all counts. */
function failureOfCards(readers: readonly CheckedReader[]): PopupFailure | undefined {
  const find = (kind: CardKind) => readers.find(({ card }) => card.kind === kind)?.card;
  if (find('citizen') !== undefined) return undefined;
  if (find('expired') !== undefined) return { state: 'certificate-expired' };
  if (find('not-yet-valid') !== undefined) return { state: 'certificate-not-yet-valid' };
  if (find('no-sign') !== undefined) return { state: 'no-sign-certificate' };
  const other = find('other-family');
  if (other !== undefined) {
    const family = other.certificate?.family;
    return { state: 'wrong-card-family', ...(family === undefined ? {} : { family }) };
  }
  return find('unknown') === undefined ? { state: 'no-card' } : { state: 'component-error', trouble: 'card' };
}

/** The component takes the first reader with a card: is that one a citizen's, and the only one? */
function isChoiceNeeded(readers: readonly CheckedReader[]): boolean {
  const withCard = readers.filter(({ card }) => card.kind !== 'absent');
  return withCard[0]?.card.kind !== 'citizen' || withCard.filter(({ card }) => card.kind === 'citizen').length > 1;
}
