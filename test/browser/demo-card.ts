import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DemoFolder } from '../../scripts/demo-parts/demo-folder.ts';
import { DEMO_PEOPLE } from '../../scripts/demo-parts/people.ts';
import { parseCertificate, type IssuedCertificate } from '../authority/certificate.ts';
import { keyPairOf } from '../authority/key-pair.ts';
import { openssl } from '../authority/openssl.ts';
import type { Card } from '../authority/soft-card.ts';

/** What is on the soft card of one of the demo's people, read by openssl, to be put on a card of another kind. */
export async function readDemoCard(folder: DemoFolder, account: string): Promise<Required<Card>> {
  const password = DEMO_PEOPLE.find(person => person.account === account)?.card.p12Password;
  const p12 = readFileSync(join(folder.cards, `${account}.p12`));
  const { output } = await openssl(['pkcs12', '-in', '{card.p12}', '-passin', `pass:${password ?? ''}`, '-nodes'], {
    'card.p12': p12,
  });
  const [sign, encrypt, ...chain] = pemBlocks(output, 'CERTIFICATE');
  const [signKey, encryptKey] = pemBlocks(output, 'PRIVATE KEY');
  return { sign: issued(sign, signKey), encrypt: issued(encrypt, encryptKey), chain: chain.map(parseCertificate) };
}

function pemBlocks(text: string, label: string): string[] {
  return text.match(new RegExp(`-----BEGIN ${label}-----[\\s\\S]+?-----END ${label}-----\n`, 'g')) ?? [];
}

function issued(certificate: string | undefined, key: string | undefined): IssuedCertificate {
  if (certificate === undefined || key === undefined) throw new Error('The soft card lacks a pair.');
  return { certificate: parseCertificate(certificate), keyPair: keyPairOf(createPrivateKey(key)) };
}
