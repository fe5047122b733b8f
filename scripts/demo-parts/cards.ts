import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chainOf, type Authority } from '../../test/authority/authority.ts';
import { saveRegister } from '../../test/authority/authority-folder.ts';
import { revoke } from '../../test/authority/certificate-authority.ts';
import { issueBusinessCertificate, issueCitizenCertificate, type Issuance } from '../../test/authority/end-entity.ts';
import { encodeSoftCard, type Card } from '../../test/authority/soft-card.ts';
import type { DemoPerson } from './person.ts';

export interface IssuedCard {
  /** Absolute or relative as `folder` was. */
  readonly p12: string;
  /** DER of the sign certificate: what an account is bound to. Issued also for a card that does not hold it. */
  readonly signCertificate: Buffer;
}

/** Ends in 2024, within the CA's own term. */
const EXPIRED: Issuance = { notBefore: new Date('2019-03-01T00:00:00Z'), notAfter: new Date('2024-03-01T15:59:59Z') };

/**
 * Issues a soft card for a person, once: `<account>.p12`, the agent's card file `<account>.json` and, last, the sign
 * certificate `<account>.pem`. A second call finds them and issues nothing; one that was killed is repeated.
 *
 * @param options.authorityFolder where the issuing, and a revocation, are saved before the card is written
 */
export async function issueDemoCard(
  person: DemoPerson,
  options: {
    readonly authority: Authority;
    readonly authorityFolder: string;
    readonly folder: string;
    readonly now: Date;
  },
): Promise<IssuedCard> {
  const { authority, authorityFolder, folder, now } = options;
  const path = (extension: string): string => join(folder, `${person.account}.${extension}`);
  const issued = await readFile(path('pem'), 'utf8').catch(ifMissing);
  if (issued !== null) return { p12: path('p12'), signCertificate: derOf(issued) };

  const card = await makeCard(person, authority);
  const ca = authority.cas[person.card.issuer];
  if (person.card.condition === 'revoked') {
    for (const { certificate } of [card.sign, card.encrypt]) {
      revoke(ca, certificate.serialNumber, { at: now, reason: 'keyCompromise' });
    }
  }
  await saveRegister(authorityFolder, authority);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { cardNumber, pin, p12Password, condition } = person.card;
  const onCard: Card = condition === 'encrypt-only' ? { encrypt: card.encrypt, chain: card.chain } : card;
  await replaceFile(path('p12'), encodeSoftCard(onCard, p12Password));
  const agentFile = { cardNumber, p12: `${person.account}.p12`, p12Password, pin };
  await replaceFile(path('json'), `${JSON.stringify(agentFile, null, 2)}\n`);
  await replaceFile(path('pem'), card.sign.certificate.pem);
  return { p12: path('p12'), signCertificate: card.sign.certificate.der };
}

async function makeCard(person: DemoPerson, authority: Authority): Promise<Required<Card>> {
  const { issuer, condition, serialNumber, idLastFour } = person.card;
  const ca = authority.cas[issuer];
  const issuance = condition === 'expired' ? EXPIRED : {};
  const issue = (purpose: 'sign' | 'encrypt') =>
    issuer === 'moeaca-g2'
      ? issueBusinessCertificate(ca, { name: '示範股份有限公司', identifier: '99999999' }, purpose, issuance)
      : issueCitizenCertificate(ca, { name: person.name, serialNumber, idLastFour }, purpose, issuance);
  const [sign, encrypt] = await Promise.all([issue('sign'), issue('encrypt')]);
  return { sign, encrypt, chain: chainOf(authority, issuer).map(({ certificate }) => certificate) };
}

/** One reader, as most people have. */
const READER = '示範讀卡機';

/** Puts a card into the agent's reader, or takes the card out (`null`). The agent looks at every call. */
export async function insertCard(folder: string, account: string | null): Promise<void> {
  await replaceFile(join(folder, 'reader.json'), `${JSON.stringify({ readers: [{ name: READER, card: account }] })}\n`);
}

async function replaceFile(path: string, content: Buffer | string): Promise<void> {
  const beside = `${path}.${process.pid}.new`;
  await writeFile(beside, content, { mode: 0o600 });
  await rename(beside, path);
}

function derOf(pem: string): Buffer {
  return Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
}

function ifMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
