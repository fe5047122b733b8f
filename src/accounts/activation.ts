import type { AccountState } from './account.ts';

/** What first activation asks for, in this order (D1-120); `confirmation` is the registrar's, not the person's. */
export const ACTIVATION_STEPS = ['password', 'rules', 'certificate'] as const;
export type ActivationStep = (typeof ACTIVATION_STEPS)[number];

/** What is stored about an account's way in; a restart loses none of it. */
export interface ActivationFacts {
  readonly state: AccountState;
  /** Has a permanent password; a new initial secret takes it away. */
  readonly hasPassword: boolean;
  /** Has acknowledged the version of the rules that is in force. */
  readonly hasAcknowledged: boolean;
  /** A card waits for the registrar. */
  readonly isCardWaiting: boolean;
}

export type ActivationStand =
  | { readonly kind: 'step'; readonly step: ActivationStep }
  /** The card did not fit by itself: the registrar decides, and the person may sign with another meanwhile. */
  | { readonly kind: 'waiting-for-registrar' }
  | { readonly kind: 'done' }
  /** Suspended or deleted: nothing goes on. */
  | { readonly kind: 'closed' };

/**
 * Where an account stands on its way in. The server asks this before every step and takes no other (D1-121): the steps
 * come from what is stored, not from what a page sends.
 *
 * An active account passes through it again after a reset: it chooses a password, and has its card.
 */
export function judgeActivation(facts: ActivationFacts): ActivationStand {
  if (facts.state === 'suspended' || facts.state === 'deleted') return { kind: 'closed' };
  if (!facts.hasPassword) return { kind: 'step', step: 'password' };
  if (!facts.hasAcknowledged) return { kind: 'step', step: 'rules' };
  if (facts.state === 'active') return { kind: 'done' };
  if (facts.isCardWaiting) return { kind: 'waiting-for-registrar' };
  return { kind: 'step', step: 'certificate' };
}

/** Whether a step may be taken now; a card may be signed with anew while one waits. */
export function isPending(stand: ActivationStand, step: ActivationStep): boolean {
  if (stand.kind === 'waiting-for-registrar') return step === 'certificate';
  return stand.kind === 'step' && stand.step === step;
}

/** Why an initial secret opens nothing; null when it does. Its end is exact: at `expiresAt` it is over. */
export function judgeInitialSecret(
  secret: { readonly expiresAt: Date } | undefined,
  now: Date,
): 'secret-unknown' | 'secret-expired' | null {
  if (secret === undefined) return 'secret-unknown';
  return now >= secret.expiresAt ? 'secret-expired' : null;
}

/** One browser's right to go on with an account's steps: it is no session, and opens no other address. */
export interface ActivationTicket {
  readonly accountId: string;
  /** Id of the initial secret or password that was shown: the ticket is worth nothing once another one counts. */
  readonly proofId: string;
}

/** Reading the rules and finding the card takes a while; whoever takes longer types the password again. */
export const ACTIVATION_TICKET_MS = 30 * 60_000;
