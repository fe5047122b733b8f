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

/** The person pressed "cancel" on a reader with a keypad or in a window of the module. */
const cancelled: ReadonlySet<number> = new Set([
  pkcs11js.CKR_CANCEL,
  pkcs11js.CKR_FUNCTION_CANCELED,
  pkcs11js.CKR_FUNCTION_REJECTED,
]);

/**
 * Runs one step and names its failure: a PKCS#11 return value that means "card gone", "cancelled" or "mechanism unsupported" is
 * that in whichever step it appears, any other is `otherwise`. Only errors of the module are caught.
 */
export function attempt<T>(otherwise: CardFailureCode, step: () => T): CardOutcome<T> {
  try {
    return { ok: true, value: step() };
  } catch (error) {
    const returnValue = returnValueOf(error);
    if (returnValue === undefined) throw error;
    if (cardGone.has(returnValue)) return cardFailure('no-card', returnValue);
    if (cancelled.has(returnValue)) return cardFailure('cancelled', returnValue);
    if (mechanismUnsupported.has(returnValue)) return cardFailure('mechanism-unsupported', returnValue);
    return cardFailure(otherwise, returnValue);
  }
}

/** The CKR value of an error that came from the module; nothing for any other error. */
export function returnValueOf(error: unknown): number | undefined {
  if (error instanceof pkcs11js.Pkcs11Error) return signedValueOf(error.code);
  // calls that the module has no function for
  if (error instanceof pkcs11js.NativeError) return pkcs11js.CKR_FUNCTION_FAILED;
  // C_FindObjects is the one call whose errors pkcs11js 2.1.7 does not wrap: `CKR_DEVICE_REMOVED:50`
  const unwrapped =
    error instanceof Error ? /^CKR_\w+:(?<value>\d+)/.exec(error.message)?.groups?.['value'] : undefined;
  return unwrapped === undefined ? undefined : Number(unwrapped);
}

/**
 * Vendor values ("two tries left") become signed 32-bit numbers, as the component sends them. One that a module sends
 * sign-extended to 64 bits has lost its last digits in pkcs11js: all that is known of it is that the call failed.
 */
function signedValueOf(code: number): number {
  if (code > 0xffffffff) return pkcs11js.CKR_FUNCTION_FAILED;
  return code | 0;
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
