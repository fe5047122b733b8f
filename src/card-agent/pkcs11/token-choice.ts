import type pkcs11js from 'pkcs11js';

/** Which of a module's slots and cards the agent uses; any where neither is named. */
export interface TokenChoice {
  /** place in the module's list of slots, counted from 0 */
  readonly slotIndex?: number;
  /** CK_TOKEN_INFO label or serial number, unpadded; compared exactly */
  readonly token?: string;
}

export function isChosenToken({ token }: TokenChoice, info: pkcs11js.TokenInfo): boolean {
  return token === undefined || unpad(info.label) === token || unpad(info.serialNumber) === token;
}

/** PKCS#11 pads its fixed-width texts with blanks, some modules with zeros. */
export function unpad(text: string): string {
  return text.replace(/[\0 ]+$/, '');
}
