import pkcs11js from 'pkcs11js';
import { cardFailure } from '../card-reader.ts';
import type { CardFailureCode, CardOutcome } from '../card-reader.ts';
import { LastError } from '../hipki/codes.ts';

/** Values that mean the card (or the whole reader) left while it was being used; modules differ in which they give. */
const cardGone: ReadonlySet<number> = new Set([
  pkcs11js.CKR_DEVICE_REMOVED,
  pkcs11js.CKR_TOKEN_NOT_PRESENT,
  pkcs11js.CKR_SESSION_HANDLE_INVALID,
  pkcs11js.CKR_SESSION_CLOSED,
  pkcs11js.CKR_SLOT_ID_INVALID,
]);

const mechanismUnsupported: ReadonlySet<number> = new Set([
  pkcs11js.CKR_MECHANISM_INVALID,
  pkcs11js.CKR_MECHANISM_PARAM_INVALID,
  pkcs11js.CKR_KEY_TYPE_INCONSISTENT,
  pkcs11js.CKR_KEY_FUNCTION_NOT_PERMITTED,
]);

/**
 * Runs one step and names its failure: a PKCS#11 return value that means "card gone" or "mechanism unsupported" is
 * that in whichever step it appears, any other is `otherwise`. Only errors of the module are caught.
 */
export function attempt<T>(otherwise: CardFailureCode, step: () => T): CardOutcome<T> {
  try {
    return { ok: true, value: step() };
  } catch (error) {
    const returnValue = returnValueOf(error);
    if (returnValue === undefined) throw error;
    if (cardGone.has(returnValue)) return cardFailure('no-card', returnValue);
    if (mechanismUnsupported.has(returnValue)) return cardFailure('mechanism-unsupported', returnValue);
    return cardFailure(otherwise, returnValue);
  }
}

/** The CKR value of an error that came from the module; nothing for any other error. */
export function returnValueOf(error: unknown): number | undefined {
  if (error instanceof pkcs11js.Pkcs11Error) return error.code;
  // calls that the module has no function for
  return error instanceof pkcs11js.NativeError ? pkcs11js.CKR_FUNCTION_FAILED : undefined;
}

/**
 * `last_error` for a refused PIN: a lock is told whatever the module said, and "one try left" where the token's flags
 * know it. No flag tells that two are left (CKF_USER_PIN_COUNT_LOW only says that some try failed), so it is not told.
 *
 * @param flags CK_TOKEN_INFO flags read after the failure
 */
export function lastErrorOfLogin(returnValue: number, flags: number): number {
  if (returnValue !== pkcs11js.CKR_PIN_INCORRECT) return returnValue;
  if ((flags & pkcs11js.CKF_USER_PIN_LOCKED) !== 0) return LastError.pinLocked;
  return (flags & pkcs11js.CKF_USER_PIN_FINAL_TRY) !== 0 ? LastError.pinOneTryLeft : returnValue;
}
