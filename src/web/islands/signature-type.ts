import { withStorage } from './browser-storage.ts';
import type { SignatureType } from './card-bridge.ts';

/** Kept for this tab only: tomorrow the component may be another one. */
const KEY = 'gateway-signature-type';

/** A bare signature leaves nothing open; a SignedData is asked for where the component has shown that it gives no other. */
export function signatureTypeHere(): SignatureType {
  const kept = withStorage('sessionStorage', storage => storage.getItem(KEY));
  return kept === 'PKCS7' ? 'PKCS7' : 'PKCS1';
}

export function askForSignedData(): void {
  withStorage('sessionStorage', storage => storage.setItem(KEY, 'PKCS7'));
}
