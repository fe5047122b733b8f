import type { AssertionKey } from '../../http-fields/assertion-keys.ts';
import { StoreFault } from './store-fault.ts';

/** Which keys there are, and when each signs. What they are is in the {@link KeyVault}. */
export interface AssertionKeyReader {
  /** In the order in which they sign. */
  listKeys(): Promise<AssertionKey[]>;
}

/** Writes, inside a change only. */
export interface AssertionKeyChanges extends AssertionKeyReader {
  insertKey(key: AssertionKey): Promise<void>;
  /** Leaves those alone that end earlier. */
  endKeys(kids: readonly string[], publishedUntil: Date): Promise<void>;
  deleteKey(kid: string): Promise<void>;
}

/** The public half of a key, as it is published (RFC 7517). */
export interface PublicJwk {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  /** 32 octets each, base64url. */
  readonly x: string;
  readonly y: string;
}

/** What keeps a key is asked for more than it can sign; nothing is amiss with the key. */
export class KeyBusy extends StoreFault {
  override readonly name = 'KeyBusy';
}

/** A key pair that is at hand. */
export interface VaultKey {
  readonly jwk: PublicJwk;
  /**
   * ES256 (RFC 7518 section 3.4): r and s side by side, 64 octets. Does not hold up the event loop for longer than a signature
   * in memory takes. @throws KeyBusy after ten seconds; anything else when the key is not at hand any more, at the latest when
   * nothing was signed for three seconds: it is then to be opened again
   */
  sign(input: Uint8Array): Promise<Uint8Array>;
}

/**
 * Where private keys are: P-256, and they never leave it. Several nodes share one. A key is known by its thumbprint, so
 * what is opened under a name is that key or none.
 */
export interface KeyVault {
  /** Makes a key pair, which is durable and can be opened on every node when this returns; its name. */
  make(): Promise<string>;
  /** Undefined: there is none of this name. @throws when that cannot be told, or what is there is not to be used */
  open(kid: string): Promise<VaultKey | undefined>;
  /** Destroys a key, if there is one of this name. */
  remove(kid: string): Promise<void>;
  close(): Promise<void>;
}
