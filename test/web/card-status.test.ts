import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { watchBlockList, type BlockListWatch } from '../../src/adapters/revocation/block-list-watch.ts';
import { createOcspClient, type OcspClient } from '../../src/adapters/revocation/ocsp-client.ts';
import { readBlockListFile } from '../../src/config/block-list-file.ts';
import { endBlockedSessions } from '../../src/flows/login/end-blocked-sessions.ts';
import type { TrustData } from '../../src/flows/ports.ts';
import { startPkiServices, type PkiServices } from '../../scripts/demo-parts/pki-services.ts';
import type { IssuedCertificate } from '../authority/certificate.ts';
import { reinstate, revoke } from '../authority/certificate-authority.ts';
import { findFreePort } from '../../scripts/demo-parts/ports.ts';
import { openCardWorld, signWithCard, type CardWorld } from './support/cards.ts';
import { openTestPortal, type Browser, type TestPortal } from './support/portal.ts';

const HOLDER = '0000000123456789';
const HOUR_MS = 3_600_000;

let port: number;
let world: CardWorld;
let services: PkiServices | undefined;
let client: OcspClient;
let portal: TestPortal;
let card: IssuedCertificate;
let asked = 0;
let answering = true;
/** What the portal judges by; tests change it. */
let trust: TrustData;

beforeAll(async () => {
  port = await findFreePort();
  world = await openCardWorld(`http://127.0.0.1:${port}`);
  client = createOcspClient({
    hosts: [`127.0.0.1:${port}`],
    certIdHash: 'sha1',
    allowPrivateAddresses: true,
    onProblem: () => (answering = false),
  });
  services = await startServices();
  trust = world.trust;
  portal = await openTestPortal({
    trust: {
      trustStore: () => trust.trustStore(),
      crls: () => trust.crls(),
      get revocationPolicy() {
        return trust.revocationPolicy;
      },
      blockList: () => trust.blockList(),
      askOcsp: open => {
        asked += open.length;
        return trust.askOcsp?.(open) ?? Promise.resolve([]);
      },
    },
  });
  card = await world.issueCard();
  await world.bindCard(portal.context, portal.account, card);
});
afterEach(() => {
  reinstate(world.authority.cas['moica-g2'], card.certificate.serialNumber);
  trust = world.trust;
  asked = 0;
  answering = true;
});
afterAll(async () => {
  await portal.close();
  await client.close();
  await services?.close();
});

const startServices = () => startPkiServices({ authority: world.authority, host: '127.0.0.1', port });
const first = (): TrustData => ({
  ...world.trust,
  revocationPolicy: { require: 'every-certificate', graceMs: 0, order: 'ocsp-first' },
  askOcsp: open => client.ask(open),
});
const fallback = (): TrustData => ({ ...first(), revocationPolicy: world.trust.revocationPolicy });

async function logIn(browser: Browser, by = card): Promise<string> {
  const challenge = await browser.postJson('/login/card/challenge', {}).expect(200);
  const { challengeId, tbs } = challenge.body as { challengeId: string; tbs: string };
  const answer = await browser.postJson('/login/card', { challengeId, ...signWithCard(by, tbs) });
  return answer.status === 200 ? 'ok' : (answer.body as { code: string }).code;
}

const lastEvent = async (code: string) => (await portal.context.database.events.listEvents({ code, limit: 1 }))[0];

function revokeByOcspOnly(): void {
  revoke(world.authority.cas['moica-g2'], card.certificate.serialNumber, { at: new Date() });
}

describe('OCSP inside a login', () => {
  test('asked first: a card that only the responder knows to be revoked is refused', async () => {
    trust = first();
    expect(await logIn(portal.browser())).toBe('ok');
    expect(asked).toBeGreaterThan(0);
    revokeByOcspOnly();
    expect(await logIn(portal.browser())).toBe('certificate-revoked');
    expect((await lastEvent('login.refused'))?.facts).toMatchObject({ code: 'certificate-revoked' });
  });

  test('asked first and away: current CRLs serve', async () => {
    trust = first();
    await services?.close();
    expect(await logIn(portal.browser())).toBe('ok');
    expect(answering).toBe(false);
    services = await startServices();
  });

  test('as a fallback it is not asked while CRLs settle the matter', async () => {
    trust = fallback();
    expect(await logIn(portal.browser())).toBe('ok');
    expect(asked).toBe(0);
  });

  test("as a fallback it serves where the CA's CRL is not at hand; with neither the card is refused", async () => {
    // The root's CRL stays: root CAs name no responder.
    trust = { ...fallback(), crls: () => world.trust.crls().slice(0, 1) };
    expect(await logIn(portal.browser())).toBe('ok');
    revokeByOcspOnly();
    expect(await logIn(portal.browser())).toBe('certificate-revoked');
    await services?.close();
    expect(await logIn(portal.browser())).toBe('revocation-status-unavailable');
    services = await startServices();
  });

  test('nobody is asked about a certificate without a path, or without a signature by its key', async () => {
    trust = first();
    const stranger = await (await openCardWorld(`http://127.0.0.1:${port}`)).issueCard();
    expect(await logIn(portal.browser(), stranger)).not.toBe('ok');
    const unsigned = { certificate: card.certificate, keyPair: stranger.keyPair };
    expect(await logIn(portal.browser(), unsigned)).toBe('signature-invalid');
    expect(asked).toBe(0);
  });
});

describe('the local block list', () => {
  let folder: string;
  let watch: BlockListWatch;
  let problems: unknown[] = [];
  const write = (text: string) => writeFileSync(join(folder, 'blocked.yaml'), text);
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'gateway-blocked-'));
    write('holders: []\n');
    watch = watchBlockList({
      path: join(folder, 'blocked.yaml'),
      read: readBlockListFile,
      onProblem: error => problems.push(error),
    });
    watch.start(list => endBlockedSessions(portal.context, list));
  });
  afterEach(async () => {
    write('holders: []\n');
    await vi.waitUntil(() => watch.list().isEmpty && watch.problem() === undefined, { timeout: 10_000 });
    problems = [];
  });
  afterAll(async () => {
    await watch.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const blocking = (): TrustData => ({ ...world.trust, blockList: () => watch.list() });
  const sha256 = async () => {
    const { createHash } = await import('node:crypto');
    return createHash('sha256').update(card.certificate.der).digest('hex').toUpperCase();
  };

  test.each<[string, () => Promise<string>]>([
    ['holder', () => Promise.resolve(`holders: ['${HOLDER}']\n`)],
    ['certificate', async () => `certificates: [${await sha256()}]\n`],
  ])('by %s: the next login is refused and the sessions end, without a restart', async (_, list) => {
    trust = blocking();
    const browser = portal.browser();
    expect(await logIn(browser)).toBe('ok');
    await browser.get('/').expect(200);
    write(await list());
    await vi.waitUntil(async () => (await browser.get('/')).status !== 200, { timeout: 10_000, interval: 200 });
    expect((await lastEvent('session.ended'))?.facts).toEqual({ reason: 'card-blocked' });
    expect(await logIn(portal.browser())).toBe('card-blocked');
    expect((await lastEvent('login.refused'))?.facts).toMatchObject({ code: 'card-blocked' });
  });

  test.each([
    ['not YAML', 'holders: ['],
    ['an unknown key', "people: ['0000000123456789']\n"],
    ['digits that YAML would take for a number', 'holders: [0000000123456789]\n'],
    ['half a hash', 'certificates: [abcdef]\n'],
  ])('a file with %s changes nothing: who was blocked stays blocked', async (_, text) => {
    write(`holders: ['${HOLDER}']\n`);
    await vi.waitUntil(() => !watch.list().isEmpty, { timeout: 10_000 });
    write(text);
    await vi.waitUntil(() => problems.length > 0, { timeout: 10_000 });
    expect(watch.list().isEmpty).toBe(false);
    expect(watch.problem()).toBeDefined();
  });

  test('a file that is not sound stops the start', () => {
    write('holders: [');
    const open = () =>
      watchBlockList({ path: join(folder, 'blocked.yaml'), read: readBlockListFile, onProblem: () => undefined });
    expect(open).toThrow();
  });
});

// Last: it sets the clock that events are sorted by.
describe('a CRL past its nextUpdate', () => {
  const late = (graceMs: number): TrustData => ({
    ...world.trust,
    revocationPolicy: { require: 'every-certificate', graceMs },
  });
  const beyond = () => Math.max(...world.trust.crls().map(({ header }) => header.nextUpdate)) - Date.now() + HOUR_MS;

  test('is refused; with grace it is accepted, and each login says so', async () => {
    expect(await logIn(portal.browser())).toBe('ok');
    expect((await lastEvent('login.succeeded'))?.facts).not.toHaveProperty('usedGrace');
    portal.advance(beyond());
    expect(await logIn(portal.browser())).toBe('crl-expired');
    trust = late(400 * 24 * HOUR_MS);
    expect(await logIn(portal.browser())).toBe('ok');
    expect((await lastEvent('login.succeeded'))?.facts).toMatchObject({ usedGrace: true });
    portal.advance(-beyond());
  });
});
