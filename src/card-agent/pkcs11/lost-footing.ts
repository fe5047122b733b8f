import type { CardFailure, CardFailureCode } from '../card-reader.ts';

/** PKCS#11 2.40; numbers, because the agent's own process does not load pkcs11js. */
const CKR_GENERAL_ERROR = 0x5;
const CKR_FUNCTION_FAILED = 0x6;
const CKR_DEVICE_ERROR = 0x30;
const CKR_CRYPTOKI_NOT_INITIALIZED = 0x190;

const vague: ReadonlySet<number> = new Set([CKR_GENERAL_ERROR, CKR_FUNCTION_FAILED, CKR_DEVICE_ERROR]);

/** What modules say for all kinds of trouble, a card that was pulled among them: only another look at the reader tells. */
export function mayMeanCardGone({ lastError }: CardFailure): boolean {
  return vague.has(lastError);
}

/** `helper-failed`: a fault in the middle of something, perhaps with the card logged in. */
const UNUSABLE: ReadonlySet<CardFailureCode> = new Set([
  'helper-failed',
  'module-missing',
  'reader-unreadable',
  'session-refused',
]);

/**
 * True after a failure that leaves a module in a state not to be trusted: it lost its reader service, or its card in
 * the middle of a call. It keeps failing, or dead-locks, until it is loaded anew.
 */
export function hasLostFooting(failure: CardFailure): boolean {
  const { code, lastError } = failure;
  if (UNUSABLE.has(code)) return true;
  if (code === 'no-card') return lastError !== 0;
  return lastError === CKR_CRYPTOKI_NOT_INITIALIZED || mayMeanCardGone(failure);
}
