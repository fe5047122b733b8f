import { findActive, isPublished, type AssertionKey } from '../../http-fields/assertion-keys.ts';
import type { AssertionClaims } from '../../http-fields/identity-assertion.ts';
import type { Clock, Database } from '../ports.ts';
import { KeyBusy, type KeyVault, type PublicJwk, type VaultKey } from '../ports/assertion-keys.ts';
import { StoreFault } from '../ports/store-fault.ts';

/** A key set as it is served (RFC 7517 section 5). */
export interface JsonWebKeySet {
  readonly keys: readonly (PublicJwk & { readonly kid: string; readonly alg: 'ES256'; readonly use: 'sig' })[];
}

/** A published key whose private half cannot be had now. */
export interface MissingKey {
  readonly kid: string;
  readonly problem: string;
}

/** Signs identity assertions with the key whose turn it is. */
export interface AssertionSigner {
  /** Name of the key that signs now; what another has signed is not to be used any more. @throws StoreFault where none does */
  activeKid(): string;
  /** @throws StoreFault while the key is not at hand, or has too much to sign */
  sign(claims: AssertionClaims): Promise<string>;
  /** @throws StoreFault while a key that is published is not known: a set without it would have its signatures refused */
  jwks(): JsonWebKeySet;
  /** Reads which keys there are and opens those that are not open yet; to be called every other second, and after a change. */
  refresh(): Promise<void>;
  /** Published keys that are not at hand on this node; of one that signs now or next, somebody must know. */
  missing(): readonly MissingKey[];
}

interface OpenKey {
  readonly jwk: PublicJwk;
  /** Base64url. */
  readonly header: string;
  /** Undefined: it was at hand, and is not at the moment. */
  at: VaultKey | undefined;
}

/** Remembers the keys; what it does with them follows from the clock alone. */
export function createAssertionSigner(parts: {
  readonly clock: Clock;
  readonly database: Pick<Database, 'assertionKeys'>;
  readonly vault: KeyVault;
}): AssertionSigner {
  const { clock, database, vault } = parts;
  let known: readonly AssertionKey[] = [];
  const open = new Map<string, OpenKey>();
  const problems = new Map<string, string>();

  const active = (): string => {
    const key = findActive(known, clock.now());
    if (key === undefined) throw new StoreFault('There is no key that signs assertions.');
    return key.kid;
  };

  const openKey = async (kid: string): Promise<void> => {
    try {
      const key = await vault.open(kid);
      if (key === undefined) {
        problems.set(kid, 'There is no such key.');
        return;
      }
      open.set(kid, { jwk: key.jwk, header: encodeJson({ alg: 'ES256', typ: 'gateway-assertion+jwt', kid }), at: key });
      problems.delete(kid);
    } catch (error) {
      problems.set(kid, error instanceof Error ? error.message : String(error));
    }
  };

  return {
    activeKid: active,
    async sign(claims) {
      const kid = active();
      const key = open.get(kid);
      if (key?.at === undefined) throw new StoreFault('The key that signs assertions is not at hand.');
      const input = `${key.header}.${encodeJson(claims)}`;
      try {
        return `${input}.${Buffer.from(await key.at.sign(Buffer.from(input, 'ascii'))).toString('base64url')}`;
      } catch (cause) {
        if (cause instanceof KeyBusy) throw cause;
        key.at = undefined;
        problems.set(kid, cause instanceof Error ? cause.message : String(cause));
        throw new StoreFault('The key that signs assertions is not at hand.', { cause });
      }
    },
    jwks() {
      const published = known.filter(key => isPublished(key, clock.now()));
      const keys = published.flatMap(({ kid }) => {
        const jwk = open.get(kid)?.jwk;
        return jwk === undefined ? [] : [{ ...jwk, kid, alg: 'ES256' as const, use: 'sig' as const }];
      });
      if (keys.length === 0 || keys.length < published.length)
        throw new StoreFault('Not all keys of assertions are known.');
      return { keys };
    },
    async refresh() {
      const listed = await database.assertionKeys.listKeys();
      const published = listed.filter(key => isPublished(key, clock.now())).map(({ kid }) => kid);
      // Until they are at hand, those before go on: nobody is refused for a key that is just being opened.
      for (const kid of published) if (open.get(kid)?.at === undefined) await openKey(kid);
      known = listed;
      for (const kid of new Set([...open.keys(), ...problems.keys()])) {
        if (published.includes(kid)) continue;
        open.delete(kid);
        problems.delete(kid);
      }
    },
    missing: () => [...problems].map(([kid, problem]) => ({ kid, problem })),
  };
}

/** As in a JWS of the compact serialisation (RFC 7515 section 7.1). */
function encodeJson(value: object): string {
  return Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');
}
