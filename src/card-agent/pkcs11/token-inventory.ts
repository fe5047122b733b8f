import pkcs11js from 'pkcs11js';
import type { CardOutcome, Inventory, Slot, TokenCertificate } from '../card-reader.ts';
import { attempt, returnValueOf } from './return-values.ts';
import { isChosenToken, unpad } from './token-choice.ts';
import type { TokenChoice } from './token-choice.ts';

/** A card holds four certificates; a soft token that holds hundreds is none. */
const CERTIFICATE_LIMIT = 64;
const SLOT_LIMIT = 32;

export interface FoundCertificate extends TokenCertificate {
  /** CKA_ID: names the key that belongs to it */
  readonly id: Buffer;
}

export interface ModuleSlot {
  readonly handle: Buffer;
  readonly description: string;
}

/** Lists the slots afresh, the chosen one alone where one is chosen. */
export function listSlots(module: pkcs11js.PKCS11, { slotIndex }: TokenChoice): CardOutcome<ModuleSlot[]> {
  return attempt('reader-unreadable', () => {
    const handles = module.C_GetSlotList(false).slice(0, SLOT_LIMIT);
    const wanted = slotIndex === undefined ? handles : handles.slice(slotIndex, slotIndex + 1);
    return wanted.map(handle => ({ handle, description: unpad(module.C_GetSlotInfo(handle).slotDescription) }));
  });
}

export type TokenState = pkcs11js.TokenInfo | 'absent' | 'unknown' | 'foreign';

/**
 * `unknown`: something is in the slot that the module does not read, or a token that was never initialised.
 * `foreign`: another card than the one the agent was told to use.
 */
export function readToken(module: pkcs11js.PKCS11, slot: ModuleSlot, choice: TokenChoice): TokenState {
  try {
    const info = module.C_GetTokenInfo(slot.handle);
    if ((info.flags & pkcs11js.CKF_TOKEN_INITIALIZED) === 0) return 'unknown';
    return isChosenToken(choice, info) ? info : 'foreign';
  } catch (error) {
    const returnValue = returnValueOf(error);
    if (returnValue === undefined) throw error;
    const gone = [pkcs11js.CKR_TOKEN_NOT_PRESENT, pkcs11js.CKR_DEVICE_REMOVED, pkcs11js.CKR_SLOT_ID_INVALID];
    return gone.includes(returnValue) ? 'absent' : 'unknown';
  }
}

export function takeInventory(
  module: pkcs11js.PKCS11,
  choice: TokenChoice,
  withCertificates: boolean,
): CardOutcome<Inventory> {
  const slots = listSlots(module, choice);
  if (!slots.ok) return slots;
  const library = attempt('reader-unreadable', () => module.C_GetInfo());
  if (!library.ok) return library;
  const { libraryDescription, libraryVersion } = library.value;
  return {
    ok: true,
    value: {
      libraryDescription: unpad(libraryDescription),
      libraryVersion: `${String(libraryVersion.major)}.${String(libraryVersion.minor)}`,
      slots: slots.value.map(slot => describeSlot(module, slot, choice, withCertificates)),
    },
  };
}

function describeSlot(module: pkcs11js.PKCS11, slot: ModuleSlot, choice: TokenChoice, withCertificates: boolean): Slot {
  const slotDescription = slot.description;
  const info = readToken(module, slot, choice);
  if (typeof info === 'string') return { slotDescription, token: info };
  const token = { serialNumber: unpad(info.serialNumber), label: unpad(info.label) };
  if (!withCertificates) return { slotDescription, token };
  const certificates = attempt('card-unreadable', () => {
    const session = module.C_OpenSession(slot.handle, pkcs11js.CKF_SERIAL_SESSION);
    try {
      return findCertificates(module, session).map(({ label, der }) => ({ label, der }));
    } finally {
      module.C_CloseSession(session);
    }
  });
  if (certificates.ok) return { slotDescription, token: { ...token, certificates: certificates.value } };
  return { slotDescription, token: certificates.failure.code === 'no-card' ? 'absent' : 'unknown' };
}

/** All certificates in the order of the token; throws the module's error. */
export function findCertificates(module: pkcs11js.PKCS11, session: Buffer): FoundCertificate[] {
  const objects = findObjects(module, session, [{ type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_CERTIFICATE }]);
  return objects.map(object => {
    const values = module.C_GetAttributeValue(session, object, [
      { type: pkcs11js.CKA_LABEL },
      { type: pkcs11js.CKA_ID },
      { type: pkcs11js.CKA_VALUE },
    ]);
    const [label, id, der] = values.map(({ value }) => value);
    if (label === undefined || id === undefined || der === undefined)
      throw new Error('Three attributes were asked for.');
    return { label: label.toString('utf8'), id, der };
  });
}

export function findObjects(module: pkcs11js.PKCS11, session: Buffer, template: pkcs11js.Template): Buffer[] {
  module.C_FindObjectsInit(session, template);
  try {
    return module.C_FindObjects(session, CERTIFICATE_LIMIT);
  } finally {
    module.C_FindObjectsFinal(session);
  }
}
