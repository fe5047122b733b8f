import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertCard, issueDemoCard } from '../../../scripts/demo-parts/cards.ts';
import { DEMO_PEOPLE } from '../../../scripts/demo-parts/people.ts';
import type { DemoPerson } from '../../../scripts/demo-parts/person.ts';
import { SoftCardReader } from '../../../src/card-agent/soft-card/soft-card-reader.ts';
import { createAuthority, type Authority } from '../../authority/authority.ts';
import { loadAuthority, saveAuthority } from '../../authority/authority-folder.ts';

let root: string;
let authority: Authority;
const now = new Date();
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'demo-cards-'));
  authority = await createAuthority({ origin: 'http://127.0.0.1:1' });
  await saveAuthority(join(root, 'pki'), authority);
});
afterAll(() => rm(root, { recursive: true }));

const folder = (): string => join(root, 'cards');
const issue = (person: DemoPerson) =>
  issueDemoCard(person, { authority, authorityFolder: join(root, 'pki'), folder: folder(), now });
const personWith = (fits: (person: DemoPerson) => boolean): DemoPerson => DEMO_PEOPLE.find(fits)!;
const [valid] = DEMO_PEOPLE as readonly [DemoPerson, ...DemoPerson[]];

const request = (pin: string) => ({
  pin: Buffer.from(pin),
  data: Buffer.from('challenge'),
  hashAlgorithm: 'SHA256' as const,
  at: now,
  checkValidity: false,
  citizenCardOnly: true,
});

/** The card as the agent sees it when it lies in the reader. */
async function inReader(person: DemoPerson): Promise<{ cardNumber: string; subjects: string[] }> {
  await insertCard(folder(), person.account);
  const inventory = await new SoftCardReader(folder()).inventory({ withCertificates: true });
  if (!inventory.ok) throw new Error(inventory.failure.code);
  const [slot] = inventory.value.slots;
  if (slot === undefined || typeof slot.token === 'string') throw new Error('no card');
  const subjects = (slot.token.certificates ?? []).map(({ der }) => new X509Certificate(der).subject);
  return { cardNumber: slot.token.serialNumber, subjects };
}

describe("demo cards in the agent's reader", () => {
  it('the agent signs with the PIN and the certificate that the account is bound to', async () => {
    const { signCertificate } = await issue(valid);
    expect(await inReader(valid)).toMatchObject({ cardNumber: valid.card.cardNumber });
    const reader = new SoftCardReader(folder());
    const wrong = await reader.sign(request('000000'));
    expect(wrong).toMatchObject({ ok: false, failure: { code: 'login-failed' } });
    const signed = await reader.sign(request(valid.card.pin));
    expect(signed.ok && signCertificate.equals(signed.value.certificate)).toBe(true);
  });

  it('a reader without a card', async () => {
    await insertCard(folder(), null);
    const inventory = await new SoftCardReader(folder()).inventory({ withCertificates: true });
    expect(inventory.ok && inventory.value.slots[0]?.token).toBe('absent');
  });

  it('is issued once: the second call changes no file and issues nothing', async () => {
    const first = await issue(valid);
    const before = await readFile(first.p12);
    const statuses = authority.cas[valid.card.issuer].statuses.size;
    const second = await issue(valid);
    expect(second.signCertificate.equals(first.signCertificate)).toBe(true);
    expect((await readFile(first.p12)).equals(before)).toBe(true);
    expect(authority.cas[valid.card.issuer].statuses.size).toBe(statuses);
    expect((await stat(first.p12)).mode & 0o777).toBe(0o600);
  });

  it('is issued anew where the last file is missing (killed in between)', async () => {
    const first = await issue(valid);
    await unlink(join(folder(), `${valid.account}.pem`));
    const second = await issue(valid);
    expect(second.signCertificate.equals(first.signCertificate)).toBe(false);
    const saved = await loadAuthority(join(root, 'pki'));
    const { serialNumber } = new X509Certificate(second.signCertificate);
    expect(saved?.cas[valid.card.issuer].statuses.get(serialNumber)).toEqual({ status: 'good' });
  });

  it('revoked: the saved authority knows it', async () => {
    const person = personWith(({ card }) => card.condition === 'revoked');
    const { serialNumber } = new X509Certificate((await issue(person)).signCertificate);
    const saved = await loadAuthority(join(root, 'pki'));
    expect(saved?.cas[person.card.issuer].statuses.get(serialNumber)?.status).toBe('revoked');
  });

  it('expired: in the certificate', async () => {
    const person = personWith(({ card }) => card.condition === 'expired');
    const certificate = new X509Certificate((await issue(person)).signCertificate);
    expect(certificate.validToDate.getTime()).toBeLessThan(now.getTime());
  });

  it('encryption only: the sign certificate is not on the card', async () => {
    const person = personWith(({ card }) => card.condition === 'encrypt-only');
    await issue(person);
    const { subjects } = await inReader(person);
    expect(subjects.filter(subject => subject.includes(person.name))).toHaveLength(1);
    const reader = new SoftCardReader(folder());
    const outcome = await reader.sign(request(person.card.pin));
    expect(outcome.ok).toBe(false);
  });

  it('wrong family: a business certificate from another CA', async () => {
    const person = personWith(({ card }) => card.issuer === 'moeaca-g2');
    const certificate = new X509Certificate((await issue(person)).signCertificate);
    expect(certificate.issuer).toContain('工商憑證管理中心');
    expect(certificate.subject).toBe('C=TW\nO=示範股份有限公司');
  });
});
