import type { SignatureType } from './card-bridge.ts';

/** Kept for this tab only: tomorrow the component may be another one. */
const KEY = 'gateway-signature-type';

/** A bare signature leaves nothing open; a SignedData is asked for where the component has shown that it gives no other. */
export function signatureTypeHere(): SignatureType {
  return sessionStorage.getItem(KEY) === 'PKCS7' ? 'PKCS7' : 'PKCS1';
}

export function askForSignedData(): void {
  sessionStorage.setItem(KEY, 'PKCS7');
}
