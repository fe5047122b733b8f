import pkcs11js from 'pkcs11js';
import type { ModuleReply, ModuleRequest } from './module-message.ts';
import { takeInventory } from './token-inventory.ts';
import { signOnToken } from './token-signing.ts';

/**
 * Loads a PKCS#11 module into this process.
 *
 * @throws pkcs11js' error when the library cannot be loaded or initialised
 */
export function openModule(modulePath: string, slotIndex: number | undefined) {
  const module = new pkcs11js.PKCS11();
  module.load(modulePath);
  module.C_Initialize({ flags: pkcs11js.CKF_OS_LOCKING_OK });
  return (request: ModuleRequest): ModuleReply['outcome'] => {
    switch (request.operation) {
      case 'inventory':
        return takeInventory(module, slotIndex, request.withCertificates);
      case 'sign':
        return signOnToken(module, slotIndex, request.request);
    }
  };
}
