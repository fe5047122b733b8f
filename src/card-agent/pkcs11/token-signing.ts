import { createHash, verify } from 'node:crypto';
import pkcs11js from 'pkcs11js';
import { chooseSignCertificate, useFirstFitting } from '../certificates/choice.ts';
import { cardFailure } from '../card-reader.ts';
import type { CardOutcome, CardSignRequest, CardSignature, HashAlgorithm } from '../card-reader.ts';
import { LastError } from '../hipki/codes.ts';
import { hasLostFooting } from './lost-footing.ts';
import { attempt, lastErrorOfLogin, returnValueOf } from './return-values.ts';
import { unpad } from './token-choice.ts';
import type { TokenChoice } from './token-choice.ts';
import { findCertificates, findObjects, listSlots, readToken } from './token-inventory.ts';
import type { ModuleSlot } from './token-inventory.ts';

/** An RSA-4096 signature; cards hold RSA-2048. */
const SIGNATURE_LIMIT_BYTES = 512;

interface FilledSlot {
  readonly slot: ModuleSlot;
  readonly token: pkcs11js.TokenInfo;
}

/**
 * One signature from nothing: slot, certificate, login, key, signature, and every session closed again, so that no
 * login outlives the request whose PIN made it. Whether the card is the right one is settled before the login.
 */
export function signOnToken(
  module: pkcs11js.PKCS11,
  choice: TokenChoice,
  request: CardSignRequest,
): CardOutcome<CardSignature> {
  const filled = filledSlots(module, choice, request.slotDescription);
  if (!filled.ok) return filled;
  return useFirstFitting(filled.value, request.citizenCardOnly, card => signOnSlot(module, card, request));
}

function signOnSlot(module: pkcs11js.PKCS11, card: FilledSlot, request: CardSignRequest): CardOutcome<CardSignature> {
  const { slot } = card;
  const session = attempt('session-refused', () => module.C_OpenSession(slot.handle, pkcs11js.CKF_SERIAL_SESSION));
  if (!session.ok) return session;
  const outcome = signInSession(module, session.value, card, request);
  // a module whose card was pulled may dead-lock at the next call: its process is ended instead (`ModuleHost`)
  if (outcome.ok || !hasLostFooting(outcome.failure)) {
    attempt('session-refused', () => module.C_CloseAllSessions(slot.handle));
  }
  return outcome;
}

/** The readers that hold a usable card, of the named one alone where one is named. */
function filledSlots(
  module: pkcs11js.PKCS11,
  choice: TokenChoice,
  named: string | undefined,
): CardOutcome<readonly [FilledSlot, ...FilledSlot[]]> {
  const slots = listSlots(module, choice);
  if (!slots.ok) return slots;
  const candidates = slots.value.filter(slot => named === undefined || slot.description === named);
  if (candidates.length === 0) return cardFailure('no-reader');
  const states = candidates.map(slot => ({ slot, token: readToken(module, slot, choice) }));
  const [first, ...others] = states.flatMap(({ slot, token }) => (typeof token === 'string' ? [] : [{ slot, token }]));
  if (first !== undefined) return { ok: true, value: [first, ...others] };
  if (states.some(({ token }) => token === 'foreign')) return cardFailure('wrong-card');
  return cardFailure(states.some(({ token }) => token === 'unknown') ? 'card-unreadable' : 'no-card');
}

function signInSession(
  module: pkcs11js.PKCS11,
  session: Buffer,
  { slot, token }: FilledSlot,
  request: CardSignRequest,
): CardOutcome<CardSignature> {
  const { keyId } = request;
  const found = attempt('card-unreadable', () =>
    findCertificates(module, session).filter(({ id }) => keyId === undefined || id.equals(keyId)),
  );
  if (!found.ok) return found;
  const chosen = chooseSignCertificate(found.value, request);
  if (!chosen.ok) return chosen;
  const { certificate, id } = chosen.value;
  const login = logIn(module, session, slot, token, request.pin);
  if (!login.ok) return login;
  const key = attempt('key-not-found', () => findSignKey(module, session, id));
  if (!key.ok) return key;
  if (key.value === undefined) return cardFailure('key-not-found');
  const signature = signWithKey(module, session, slot, key.value, request);
  if (!signature.ok) return signature;
  // two keys under one CKA_ID, or a card that answers with noise: nobody could use this signature
  const verifies = verify(request.hashAlgorithm.toLowerCase(), request.data, certificate.publicKey, signature.value);
  if (!verifies) return cardFailure('signature-unverifiable');
  const cardNumber = unpad(token.serialNumber);
  return { ok: true, value: { signature: signature.value, certificate: certificate.der, cardNumber } };
}

/** A PIN that cannot be right by its length, or a card known to be locked, costs no try: the card is not asked. */
function logIn(
  module: pkcs11js.PKCS11,
  session: Buffer,
  slot: ModuleSlot,
  token: pkcs11js.TokenInfo,
  pin: Uint8Array,
): CardOutcome<undefined> {
  if ((token.flags & pkcs11js.CKF_USER_PIN_LOCKED) !== 0) return cardFailure('login-failed', LastError.pinLocked);
  if (pin.length < token.minPinLen || pin.length > token.maxPinLen) {
    return cardFailure('login-failed', LastError.pinLengthRange);
  }
  const text = Buffer.from(pin).toString('utf8');
  const login = attempt('login-failed', () => {
    try {
      module.C_Login(session, pkcs11js.CKU_USER, text);
    } catch (error) {
      if (returnValueOf(error) !== pkcs11js.CKR_USER_ALREADY_LOGGED_IN) throw error;
      // somebody else's login proves nothing about this PIN
      module.C_Logout(session);
      module.C_Login(session, pkcs11js.CKU_USER, text);
    }
  });
  if (login.ok) return { ok: true, value: undefined };
  if (login.failure.lastError !== pkcs11js.CKR_PIN_INCORRECT) return login;
  const after = readToken(module, slot, {});
  return cardFailure(
    'login-failed',
    lastErrorOfLogin(login.failure.lastError, typeof after === 'string' ? 0 : after.flags),
  );
}

function findSignKey(module: pkcs11js.PKCS11, session: Buffer, id: Buffer): Buffer | undefined {
  return findObjects(module, session, [
    { type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_PRIVATE_KEY },
    { type: pkcs11js.CKA_ID, value: id },
  ])[0];
}

const hashAndSign = {
  SHA256: pkcs11js.CKM_SHA256_RSA_PKCS,
  SHA384: pkcs11js.CKM_SHA384_RSA_PKCS,
  SHA512: pkcs11js.CKM_SHA512_RSA_PKCS,
} as const satisfies Record<HashAlgorithm, number>;

/** DigestInfo up to the digest, RFC 8017 section 9.2 note 1 */
const digestInfoPrefix = {
  SHA256: '3031300d060960864801650304020105000420',
  SHA384: '3041300d060960864801650304020205000430',
  SHA512: '3051300d060960864801650304020305000440',
} as const satisfies Record<HashAlgorithm, string>;

function signWithKey(
  module: pkcs11js.PKCS11,
  session: Buffer,
  slot: ModuleSlot,
  key: Buffer,
  { hashAlgorithm, data }: CardSignRequest,
): CardOutcome<Buffer> {
  const mechanisms = attempt('sign-init-failed', () => module.C_GetMechanismList(slot.handle));
  if (!mechanisms.ok) return mechanisms;
  const onCard = mechanisms.value.includes(hashAndSign[hashAlgorithm]);
  const mechanism = onCard ? hashAndSign[hashAlgorithm] : pkcs11js.CKM_RSA_PKCS;
  const input = onCard
    ? Buffer.from(data)
    : Buffer.concat([
        Buffer.from(digestInfoPrefix[hashAlgorithm], 'hex'),
        createHash(hashAlgorithm.toLowerCase()).update(data).digest(),
      ]);
  const init = attempt('sign-init-failed', () => module.C_SignInit(session, { mechanism }, key));
  if (!init.ok) return init;
  return attempt('signing-failed', () => module.C_Sign(session, input, Buffer.alloc(SIGNATURE_LIMIT_BYTES)));
}
