import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../../src/adapters/database/open-database.ts';
import { bindCertificate } from '../../../src/flows/credentials/bind-certificate.ts';
import { composeEvent } from '../../../src/flows/gateway-context.ts';
import { setUp } from '../../../src/flows/set-up.ts';
import { judgeCitizenCertificate } from '../../../src/pki/card-proof.ts';
import type { CardHolder } from '../../../src/pki/profiles/citizen-certificate.ts';
import type { KeyPair } from '../../authority/key-pair.ts';
import { issueCitizenCertificate } from '../../authority/end-entity.ts';
import { currentCrls, foundGovernment, type Government } from '../../pki/support/government.ts';
import { rsaOfPrimes, rsaPrime } from '../../pki/support/rsa-of-primes.ts';
import { openTestContext, type TestContext } from '../../support/gateway-context.ts';

const TIME = new Date('2026-06-01T00:00:00Z');
const [p, q, r, s, t] = [rsaPrime(), rsaPrime(), rsaPrime(), rsaPrime(), rsaPrime()] as const;

let government: Government;
let stores: TestContext;
beforeAll(async () => {
  government = await foundGovernment();
  stores = await openTestContext();
});
afterAll(() => stores.close());

let people = 0;

async function cardOf(keyPair: KeyPair, serialNumber = String(++people).padStart(16, '0')): Promise<Uint8Array> {
  const moica = government.authority.cas['moica-g2'];
  const holder = { name: '示範持卡人', serialNumber, idLastFour: '6789' };
  return (await issueCitizenCertificate(moica, holder, 'sign', { keyPair })).certificate.der;
}

const criteria = () => ({
  trustStore: government.trustStore,
  crls: currentCrls(government),
  time: TIME,
  policy: { require: 'every-certificate', graceMs: 0 } as const,
});

function holderOf(certificate: Uint8Array): CardHolder {
  const verdict = judgeCitizenCertificate({ ...criteria(), certificate });
  return verdict.ok ? verdict.cardHolder : expect.fail(verdict.failure.code);
}

async function bind(certificate: Uint8Array): Promise<string> {
  const { context, account } = stores;
  const holder = holderOf(certificate);
  return context.database.change(async changes => {
    const outcome = await bindCertificate(context, changes, account.id, holder);
    if (!outcome.ok) return { result: outcome.failure.code, unchanged: true };
    const bound = composeEvent(context, 'certificate.bound', { actor: { kind: 'gateway' }, accountId: account.id });
    return { result: 'bound', events: [bound] };
  });
}

describe('a card is bound unless its key shares a prime with another bound key', () => {
  test('sound keys are bound; one that shares a prime with any of them is not, and leaves nothing behind', async () => {
    const first = await cardOf(rsaOfPrimes(p, q));
    expect(await bind(first)).toBe('bound');
    expect(await bind(await cardOf(rsaOfPrimes(r, s)))).toBe('bound');
    const sharing = await cardOf(rsaOfPrimes(q, t));
    expect(await bind(sharing)).toBe('key-shares-prime');
    const keys = await stores.context.database.accounts.listBoundKeys();
    expect(keys).toHaveLength(2);
    expect(keys.map(key => Buffer.from(key.certificateDer))).toContainEqual(Buffer.from(first));
  });

  test('the very same key on the card of another person is refused', async () => {
    const keyPair = rsaOfPrimes(rsaPrime(), rsaPrime());
    expect(await bind(await cardOf(keyPair))).toBe('bound');
    expect(await bind(await cardOf(keyPair))).toBe('key-shares-prime');
  });
});

test('set-up refuses two officers whose keys share a prime, and makes nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'set-up-'));
  const database = await openDatabase({ kind: 'embedded', folder });
  const { trustStore, crls, policy } = criteria();
  const trust = { ...stores.context.trust, trustStore: () => trustStore, crls: () => crls, revocationPolicy: policy };
  const context = { ...stores.context, clock: { now: () => TIME }, database, trust };
  const request = {
    ministryName: '示範商業發展署',
    caseOfficer: { loginName: 'first', certificate: await cardOf(rsaOfPrimes(r, t)) },
    administrator: { loginName: 'second', certificate: await cardOf(rsaOfPrimes(r, p)) },
    actor: { kind: 'command-line', osUser: randomUUID(), declaredName: null },
  } as const;
  try {
    expect(await setUp(context, request)).toMatchObject({
      ok: false,
      failure: { code: 'setup-certificate-refused', loginName: 'second', because: { code: 'key-shares-prime' } },
    });
    expect(await database.accounts.countAccounts()).toBe(0);
    const sound = { ...request.administrator, certificate: await cardOf(rsaOfPrimes(p, s)) };
    expect(await setUp(context, { ...request, administrator: sound })).toMatchObject({ ok: true });
  } finally {
    await database.close();
    rmSync(folder, { recursive: true });
  }
});
