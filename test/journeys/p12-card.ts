import { execFileSync } from 'node:child_process';
import { createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { DEMO_PEOPLE } from '../../scripts/demo-parts/people.ts';
import type { WebAnswer, WebClient } from '../../scripts/demo-parts/web-client.ts';

export interface P12Card {
  /** DER, base64. */
  readonly certificate: string;
  readonly key: KeyObject;
}

/** A soft card of the demo, read from its file by openssl. */
export function readCard(folder: { readonly cards: string }, account: string): P12Card {
  const password = DEMO_PEOPLE.find(each => each.account === account)?.card.p12Password ?? '';
  const file = join(folder.cards, `${account}.p12`);
  const pem = execFileSync('openssl', ['pkcs12', '-in', file, '-passin', `pass:${password}`, '-nodes'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [certificate] = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/.exec(pem) ?? [];
  const [key] = /-----BEGIN PRIVATE KEY-----[\s\S]+?-----END PRIVATE KEY-----/.exec(pem) ?? [];
  if (certificate === undefined || key === undefined) throw new Error('The soft card lacks its pair.');
  const der = Buffer.from(certificate.replace(/-----[^-]+-----|\s/g, ''), 'base64');
  return { certificate: der.toString('base64'), key: createPrivateKey(key) };
}

const challengeSchema = z.object({ challengeId: z.string(), tbs: z.string() });

/** Takes a challenge at `${address}/challenge` and sends the card's answer to `address`. */
export async function answerChallenge(client: WebClient, address: string, card: P12Card): Promise<WebAnswer> {
  const given = await client.postJson(`${address}/challenge`, {});
  const { challengeId, tbs } = challengeSchema.parse(JSON.parse(given.text));
  const signature = sign('sha256', Buffer.from(tbs, 'ascii'), card.key).toString('base64');
  return client.postJson(address, { challengeId, signature, certificate: card.certificate });
}
