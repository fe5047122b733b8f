import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAssertionSigner } from '../../../src/flows/keys/assertion-signer.ts';
import {
  ensureFirstKey,
  removeGoneKeys,
  rotateKeys,
  rotateWhenOld,
  type Rotation,
} from '../../../src/flows/keys/rotate-keys.ts';
import type { GatewayContext } from '../../../src/flows/gateway-context.ts';
import type { AssertionClaims } from '../../../src/http-fields/identity-assertion.ts';
import { openTestContext, type TestContext } from '../../support/gateway-context.ts';

const ACTOR = { kind: 'command-line', osUser: 'gateway', declaredName: 'demo' } as const;
const PLANNED = { actor: ACTOR, kind: 'planned', reason: '' } as const;
const AT_ONCE = { actor: ACTOR, kind: 'at-once', reason: '金鑰外洩' } as const;

let test_: TestContext;
let context: GatewayContext;
beforeEach(async () => {
  test_ = await openTestContext();
  context = test_.context;
});
afterEach(() => test_.close());

/** Another node: the same stores, and what it remembers of them. */
function anotherNode(): GatewayContext {
  return { ...context, signer: createAssertionSigner(context) };
}

async function assertion(node: GatewayContext): Promise<string> {
  const iat = Math.floor(context.clock.now().getTime() / 1000);
  return node.signer.sign({ iat, exp: iat + 60 } as AssertionClaims);
}

/** Whether a system that has fetched the keys from one node believes what another has signed. */
async function isBelieved(token: string, { signer, clock }: GatewayContext): Promise<boolean> {
  const keys = createLocalJWKSet({ keys: [...signer.jwks().keys] });
  return jwtVerify(token, keys, { currentDate: clock.now() }).then(
    () => true,
    () => false,
  );
}

const signerOf = (token: string): string => decodeProtectedHeader(token).kid ?? '';
const madeOf = (rotation: Rotation): string => (rotation.ok ? rotation.key.kid : rotation.failure.code);
const listed = async () => (await context.database.assertionKeys.listKeys()).map(({ kid }) => kid);

describe('a planned rotation (D3-10)', () => {
  test('refuses nothing that was signed, on any node, whoever asks whom for the keys', async () => {
    const other = anotherNode();
    await other.signer.refresh();
    const first = signerOf(await assertion(context));
    const next = madeOf(await rotateKeys(context, PLANNED));
    const signed = new Map<string, number>();
    let kept = await assertion(context);
    for (let seconds = 0; seconds <= 900; seconds += 30) {
      await other.signer.refresh();
      for (const node of [context, other]) {
        const token = await assertion(node);
        expect(await isBelieved(token, context)).toBe(true);
        expect(await isBelieved(token, other)).toBe(true);
        signed.set(signerOf(token), seconds);
      }
      expect(await isBelieved(kept, other)).toBe(true);
      kept = await assertion(context);
      test_.advance(30_000);
    }
    expect([...signed.keys()]).toEqual([first, next]);
    expect(context.signer.jwks().keys.map(({ kid }) => kid)).toEqual([next]);
  });

  test('is recorded with who, which and when', async () => {
    const rotation = await rotateKeys(context, { ...PLANNED, reason: '年度更換' });
    const [event] = await context.database.events.listEvents({ code: 'assertion-keys.rotated', limit: 1 });
    expect(event).toMatchObject({
      actor: ACTOR,
      facts: { kid: madeOf(rotation), kind: 'planned', reason: '年度更換' },
    });
  });

  test('goes on by itself: a second one meanwhile is refused, and leaves no key', async () => {
    const [one, two] = await Promise.all([rotateKeys(context, PLANNED), rotateKeys(anotherNode(), PLANNED)]);
    const made = [one, two].filter(({ ok }) => ok);
    expect(made).toHaveLength(1);
    expect([one, two].map(madeOf)).toContain('rotation-under-way');
    expect(await listed()).toHaveLength(2);
  });

  test('that the database does not take changes nothing', async () => {
    const { database } = context;
    const before = await listed();
    const away: typeof database = Object.create(database, {
      change: { value: () => Promise.reject(new Error('away')) },
    }) as typeof database;
    await expect(rotateKeys({ ...context, database: away }, PLANNED)).rejects.toThrow('away');
    expect(await listed()).toEqual(before);
    await context.signer.refresh();
    expect(await isBelieved(await assertion(context), context)).toBe(true);
    expect(madeOf(await rotateKeys(context, PLANNED))).not.toBe('rotation-under-way');
  });
});

describe('a rotation at once', () => {
  test('takes all other keys back, and destroys them', async () => {
    const other = anotherNode();
    await rotateKeys(context, PLANNED);
    const before = await listed();
    const token = await assertion(context);
    const made = madeOf(await rotateKeys(context, AT_ONCE));
    expect(context.signer.jwks().keys.map(({ kid }) => kid)).toEqual([made]);
    expect(await isBelieved(token, context)).toBe(false);
    expect(signerOf(await assertion(context))).toBe(made);
    for (const kid of before) expect(await context.vault.open(kid)).toBeUndefined();

    await other.signer.refresh();
    expect(signerOf(await assertion(other))).toBe(made);
    const [event] = await context.database.events.listEvents({ code: 'assertion-keys.rotated', limit: 1 });
    expect(event).toMatchObject({ facts: { kind: 'at-once', reason: '金鑰外洩', ended: before.join(' ') } });
  });

  test('twice at the same moment leaves one key that signs', async () => {
    const nodes = [context, anotherNode(), anotherNode()];
    const made = (await Promise.all(nodes.map(node => rotateKeys(node, AT_ONCE)))).map(madeOf);
    const signing = await Promise.all(
      nodes.map(async node => {
        await node.signer.refresh();
        return signerOf(await assertion(node));
      }),
    );
    expect(new Set(signing).size).toBe(1);
    expect(made).toContain(signing[0]);
    expect(context.signer.jwks().keys).toHaveLength(1);
  });
});

describe('a rotation at once whose vault destroys nothing', () => {
  test('says so; the key that was taken back signs no more on this node', async () => {
    const first = signerOf(await assertion(context));
    const vault = { ...context.vault, remove: () => Promise.reject(new Error('read only')) };
    expect(await rotateKeys({ ...context, vault }, AT_ONCE)).toMatchObject({ ok: true, undestroyed: [first] });
    expect(signerOf(await assertion(context))).not.toBe(first);
    expect(context.signer.jwks().keys.map(({ kid }) => kid)).not.toContain(first);
  });
});

describe('a key that is over and cannot be destroyed', () => {
  test('is not forgotten, fails the job of the day, and keeps no other', async () => {
    const first = signerOf(await assertion(context));
    const next = madeOf(await rotateKeys(context, PLANNED));
    test_.advance(900_000);
    await rotateKeys(context, PLANNED);
    test_.advance(8 * 86_400_000);
    const vault = {
      ...context.vault,
      remove: (kid: string) => (kid === first ? Promise.reject(new Error('read only')) : context.vault.remove(kid)),
    };
    await expect(removeGoneKeys({ ...context, vault })).rejects.toThrow(first);
    expect(await context.vault.open(next)).toBeUndefined();
    expect(await listed()).toContain(first);
    expect(await listed()).not.toContain(next);
    expect(await removeGoneKeys(context)).toBe(1);
    expect(await listed()).toHaveLength(1);
  });
});

describe('the first key', () => {
  test('of nodes that start at once, one makes it', async () => {
    await rotateKeys(context, AT_ONCE);
    for (const kid of await listed()) await test_.commit(changes => changes.assertionKeys.deleteKey(kid));
    const nodes = Array.from({ length: 4 }, anotherNode);
    await Promise.all(nodes.map(node => ensureFirstKey(node)));
    expect(await listed()).toHaveLength(1);
    expect(new Set(nodes.map(({ signer }) => signer.activeKid()))).toEqual(new Set(await listed()));
  });

  test('is not made where there is one: a node that lacks it signs nothing', async () => {
    for (const kid of await listed()) await context.vault.remove(kid);
    const node = anotherNode();
    await ensureFirstKey(node);
    expect(await listed()).toHaveLength(1);
    await expect(assertion(node)).rejects.toThrow('not at hand');
  });
});

describe('what the day brings', () => {
  test('a rotation, where the newest key is as old as is configured', async () => {
    expect(await rotateWhenOld(context, 90)).toBe(false);
    test_.advance(90 * 86_400_000);
    expect(await rotateWhenOld(context, null)).toBe(false);
    expect(await rotateWhenOld(context, 90)).toBe(true);
    expect(await rotateWhenOld(context, 90)).toBe(false);
    expect(await listed()).toHaveLength(2);
  });

  test('keys that are over are destroyed, and forgotten a week later; others stay', async () => {
    const first = signerOf(await assertion(context));
    await rotateKeys(context, PLANNED);
    test_.advance(839_000);
    expect(await removeGoneKeys(context)).toBe(0);
    expect(await context.vault.open(first)).toBeDefined();
    test_.advance(2_000);
    expect(await removeGoneKeys(context)).toBe(1);
    expect(await context.vault.open(first)).toBeUndefined();
    expect(await listed()).toHaveLength(2);
    test_.advance(7 * 86_400_000);
    expect(await removeGoneKeys(context)).toBe(1);
    expect(await listed()).toHaveLength(1);
    await context.signer.refresh();
    expect(await isBelieved(await assertion(context), context)).toBe(true);
  });
});
