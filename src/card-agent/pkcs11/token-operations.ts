import pkcs11js from 'pkcs11js';
import type { SlotEvent } from '../card-reader.ts';
import type { ModuleReply, ModuleRequest } from './module-message.ts';
import { returnValueOf } from './return-values.ts';
import type { TokenChoice } from './token-choice.ts';
import { takeInventory } from './token-inventory.ts';
import { signOnToken } from './token-signing.ts';

/**
 * Loads a PKCS#11 module into this process.
 *
 * @throws pkcs11js' error when the library cannot be loaded or initialised
 */
export function openModule(modulePath: string, choice: TokenChoice) {
  const module = new pkcs11js.PKCS11();
  module.load(modulePath);
  module.C_Initialize({ flags: pkcs11js.CKF_OS_LOCKING_OK });
  return (request: ModuleRequest): ModuleReply['outcome'] => {
    switch (request.operation) {
      case 'inventory':
        return takeInventory(module, choice, request.withCertificates);
      case 'sign':
        return signOnToken(module, choice, request.request);
      case 'slot-event':
        return { ok: true, value: { slotEvent: askForSlotEvent(module) } };
    }
  };
}

/** A hint and nothing more: modules report events late, twice, or (one after their start) of nothing at all. */
function askForSlotEvent(module: pkcs11js.PKCS11): SlotEvent {
  try {
    return module.C_WaitForSlotEvent(pkcs11js.CKF_DONT_BLOCK) === null ? 'none' : 'seen';
  } catch (error) {
    if (returnValueOf(error) === undefined) throw error;
    return 'unsupported';
  }
}
