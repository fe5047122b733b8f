import { createHash, randomBytes } from 'node:crypto';
import pkcs11js from 'pkcs11js';
import type { TokenQuestion, TokenReply, TokenSettings } from './token-message.ts';

/** `prime256v1` as the parameters of an EC key (RFC 5480 section 2.1.1.1). */
const P256 = Buffer.from('06082a8648ce3d030107', 'hex');

const LABEL = 'moica-gateway assertion key';

/** One key is not to be used; the token is as it should be. */
class KeyRefused extends Error {
  override readonly name = 'KeyRefused';
}

type Operate = (question: TokenQuestion) => Extract<TokenReply['outcome'], { ok: true }>;

/**
 * Loads the module and opens a session on the token; there is one login for the life of this process. Keys are EC P-256,
 * sensitive and not extractable; CKA_ID is the thumbprint (RFC 7638) of the public half.
 *
 * @throws pkcs11js' errors, whose messages are names of return values
 */
export function openToken({ module, tokenLabel }: TokenSettings): Operate {
  const pkcs11 = new pkcs11js.PKCS11();
  pkcs11.load(module);
  pkcs11.C_Initialize({ flags: pkcs11js.CKF_OS_LOCKING_OK });
  const slots = pkcs11
    .C_GetSlotList(true)
    .filter(slot => pkcs11.C_GetTokenInfo(slot).label.replace(/[\0 ]+$/, '') === tokenLabel);
  const [slot, ...others] = slots;
  if (slot === undefined) throw new Error(`There is no token "${tokenLabel}".`);
  if (others.length > 0) throw new Error(`There is more than one token "${tokenLabel}".`);
  const session = pkcs11.C_OpenSession(slot, pkcs11js.CKF_SERIAL_SESSION | pkcs11js.CKF_RW_SESSION);
  const privateKeys = new Map<string, pkcs11js.Handle>();

  const findObject = (keyClass: number, id: Buffer): pkcs11js.Handle | undefined => {
    pkcs11.C_FindObjectsInit(session, [
      { type: pkcs11js.CKA_CLASS, value: keyClass },
      { type: pkcs11js.CKA_ID, value: id },
    ]);
    try {
      return pkcs11.C_FindObjects(session, 1)[0];
    } finally {
      pkcs11.C_FindObjectsFinal(session);
    }
  };

  const readPoint = (publicKey: pkcs11js.Handle): Buffer => {
    const [attribute] = pkcs11.C_GetAttributeValue(session, publicKey, [{ type: pkcs11js.CKA_EC_POINT }]);
    return unwrapPoint(attribute?.value ?? Buffer.alloc(0));
  };

  const findPrivate = (kid: string): pkcs11js.Handle | undefined => {
    const known = privateKeys.get(kid) ?? findObject(pkcs11js.CKO_PRIVATE_KEY, idOf(kid));
    if (known !== undefined) privateKeys.set(kid, known);
    return known;
  };

  /** A key that has been outside, or could be taken outside, may be in other hands too. */
  const requireGuarded = (key: pkcs11js.Handle): void => {
    const facts = pkcs11.C_GetAttributeValue(session, key, [
      { type: pkcs11js.CKA_ALWAYS_SENSITIVE },
      { type: pkcs11js.CKA_NEVER_EXTRACTABLE },
    ]);
    if (!facts.every(({ value }) => value[0] === 1))
      throw new KeyRefused('The key could be read from outside the token.');
  };

  const make = (): Buffer => {
    // Known by a name of its own until its thumbprint is known; left like that by a crash, it is nobody's.
    const id = { type: pkcs11js.CKA_ID, value: randomBytes(16) };
    const common = [{ type: pkcs11js.CKA_TOKEN, value: true }, { type: pkcs11js.CKA_LABEL, value: LABEL }, id];
    const pair = pkcs11.C_GenerateKeyPair(
      session,
      { mechanism: pkcs11js.CKM_EC_KEY_PAIR_GEN },
      [...common, { type: pkcs11js.CKA_EC_PARAMS, value: P256 }, { type: pkcs11js.CKA_VERIFY, value: true }],
      [
        ...common,
        { type: pkcs11js.CKA_PRIVATE, value: true },
        { type: pkcs11js.CKA_SENSITIVE, value: true },
        { type: pkcs11js.CKA_EXTRACTABLE, value: false },
        { type: pkcs11js.CKA_SIGN, value: true },
      ],
    );
    requireGuarded(pair.privateKey);
    const point = readPoint(pair.publicKey);
    const named = [{ type: pkcs11js.CKA_ID, value: idOf(thumbprintOf(point)) }];
    pkcs11.C_SetAttributeValue(session, pair.publicKey, named);
    pkcs11.C_SetAttributeValue(session, pair.privateKey, named);
    return point;
  };

  const find = (kid: string): Buffer | null => {
    const privateKey = findPrivate(kid);
    const publicKey = findObject(pkcs11js.CKO_PUBLIC_KEY, idOf(kid));
    if (privateKey === undefined || publicKey === undefined) return null;
    requireGuarded(privateKey);
    return readPoint(publicKey);
  };

  const sign = (kid: string, digest: Uint8Array): Buffer => {
    const key = findPrivate(kid);
    if (key === undefined) throw new KeyRefused('There is no such key.');
    pkcs11.C_SignInit(session, { mechanism: pkcs11js.CKM_ECDSA }, key);
    return pkcs11.C_Sign(session, Buffer.from(digest), Buffer.alloc(64));
  };

  const remove = (kid: string): void => {
    for (const keyClass of [pkcs11js.CKO_PRIVATE_KEY, pkcs11js.CKO_PUBLIC_KEY]) {
      const key = findObject(keyClass, idOf(kid));
      if (key !== undefined) pkcs11.C_DestroyObject(session, key);
    }
    privateKeys.delete(kid);
  };

  return question => {
    switch (question.operation) {
      case 'logIn':
        pkcs11.C_Login(session, pkcs11js.CKU_USER, question.pin);
        return { ok: true, bytes: null };
      case 'make':
        return { ok: true, bytes: make() };
      case 'find':
        return { ok: true, bytes: find(question.kid) };
      case 'sign':
        return { ok: true, bytes: sign(question.kid, question.digest) };
      case 'remove':
        remove(question.kid);
        return { ok: true, bytes: null };
    }
  };
}

function idOf(kid: string): Buffer {
  return Buffer.from(kid, 'base64url');
}

/** RFC 7638 section 3, of a point without compression. */
function thumbprintOf(point: Buffer): string {
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map(part => part.toString('base64url'));
  return createHash('sha256').update(`{"crv":"P-256","kty":"EC","x":"${x}","y":"${y}"}`).digest('base64url');
}

/** CKA_EC_POINT is the point in an OCTET STRING (PKCS#11 2.40, section 2.3.3); some modules leave that away. */
function unwrapPoint(value: Buffer): Buffer {
  const point = value.length === 67 && value[0] === 0x04 && value[1] === 65 ? value.subarray(2) : value;
  if (point.length !== 65 || point[0] !== 0x04) throw new KeyRefused('The key has no public point on P-256.');
  return point;
}
