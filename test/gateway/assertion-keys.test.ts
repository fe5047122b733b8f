import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { rotateKeys } from '../../src/flows/keys/rotate-keys.ts';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';
import { valuesOf } from './recording-upstream.ts';

let gateway: GatewayUnderTest;
let cookie: string;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());
beforeEach(async () => {
  cookie = await gateway.logIn();
  gateway.company.received.length = 0;
});

/** The assertion that reached the system with one more request. */
async function nextAssertion(): Promise<string> {
  expect(await gateway.ask('/', { headers: { Cookie: cookie } })).toMatchObject({ status: 200 });
  const [assertion, ...others] = valuesOf(gateway.company.received.at(-1)!.rawHeaders, 'x-gateway-assertion');
  expect(others).toEqual([]);
  return assertion!;
}

describe('an assertion (DESIGN §4)', () => {
  test('is one and the same for half its life, for requests at the same time too', async () => {
    const ask = () => gateway.ask('/', { headers: { Cookie: cookie } });
    await Promise.all([ask(), ask(), ask()]);
    const seen = gateway.company.received.flatMap(each => valuesOf(each.rawHeaders, 'x-gateway-assertion'));
    expect(seen).toHaveLength(3);
    expect(new Set(seen).size).toBe(1);
    gateway.test.advance(20_000);
    expect(await nextAssertion()).toBe(seen[0]);
    gateway.test.advance(10_000);
    const next = await nextAssertion();
    expect(decodeJwt(next).jti).not.toBe(decodeJwt(seen[0]!).jti);
    expect(Number(decodeJwt(next).exp) - Number(decodeJwt(next).iat)).toBe(60);
  });

  test('is another when what it states has changed: within a second', async () => {
    const first = await nextAssertion();
    const { context, account } = gateway.test;
    await gateway.test.commit(changes =>
      changes.insertGrant({
        id: context.randomness.uuid(),
        accountId: account.id,
        systemId: 'company',
        role: 'supervisor',
        reason: '覆核',
        basis: 'demo',
        validFrom: '2020-01-01',
        validUntil: null,
        state: 'live',
      }),
    );
    gateway.test.advance(1_001);
    const next = await nextAssertion();
    expect(decodeJwt(first)['roles']).toEqual(['case-handler']);
    expect(decodeJwt(next)['roles']).toEqual(['case-handler', 'supervisor']);
  });

  test('is another after a rotation, by the next key', async () => {
    const { context } = gateway.test;
    const before = decodeProtectedHeader(await nextAssertion()).kid;
    const order = { actor: { kind: 'gateway' }, kind: 'at-once', reason: '' } as const;
    const rotation = await rotateKeys(context, order);
    expect(rotation).toMatchObject({ ok: true, ended: [before] });
    expect(decodeProtectedHeader(await nextAssertion()).kid).toBe(context.signer.activeKid());
    expect(context.signer.activeKid()).not.toBe(before);
  });
});

test('while the key is not at hand the answer is 503, and the system receives nothing', async () => {
  const { context } = gateway.test;
  const at = context.clock.now();
  const away = { kid: 'A'.repeat(43), madeAt: at, signsFrom: at, publishedUntil: null };
  await nextAssertion();
  await gateway.test.commit(changes => changes.assertionKeys.insertKey(away));
  await context.signer.refresh();
  const reached = gateway.company.received.length;
  for (const headers of [{ Cookie: cookie }, { Cookie: await gateway.logIn() }]) {
    const answer = await gateway.ask('/', { headers });
    expect(answer.status).toBe(503);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'unavailable' });
  }
  expect(gateway.company.received).toHaveLength(reached);

  await gateway.test.commit(changes => changes.assertionKeys.deleteKey(away.kid));
  await context.signer.refresh();
  await nextAssertion();
});
