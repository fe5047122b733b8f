import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { ConfigurationFault } from '../../src/config/yaml-file.ts';
import { createTlsAuthority } from '../authority/tls-authority.ts';
import { writeServerCertificate } from './server-certificate-files.ts';

const CONFIG = join(import.meta.dirname, '../../config');
const BASE = 'gateway.example.gov.tw';
const CARD = `card.${BASE}`;
const PORTAL = `portal.${BASE}`;
const production = readFileSync(join(CONFIG, 'gateway.yaml'), 'utf8');
const systems = readFileSync(join(CONFIG, 'systems.yaml'), 'utf8');
const SHARED = [...systems.matchAll(/^ {4}host: (\S+)$/gm)].map(([, label]) => `${label}.${BASE}`);
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-config-'));
  writeFileSync(join(folder, 'systems.yaml'), systems);
  for (const name of ['junk.pem', 'junk.key']) writeFileSync(join(folder, name), 'nothing\n');
  const authority = await createTlsAuthority(new Date());
  const names = {
    server: [PORTAL, ...SHARED],
    few: [PORTAL, `company.${BASE}`],
    card: [CARD],
    everything: [`*.${BASE}`],
    both: [PORTAL, ...SHARED, CARD],
    other: ['card.example.gov.tw'],
  } satisfies Record<string, readonly [string, ...string[]]>;
  for (const [name, [first, ...others]] of Object.entries<readonly [string, ...string[]]>(names)) {
    await writeServerCertificate(folder, name, [first, ...others], authority);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The production example with a card host. null leaves a key out. */
function load(
  changes: {
    readonly shared?: string;
    readonly sharedKey?: string;
    readonly listen?: string | null;
    readonly card?: string | null;
  } = {},
) {
  const { shared = 'server', listen = '{ address: 0.0.0.0, port: 8444 }' } = changes;
  const { sharedKey = shared } = changes;
  const { card = '{ tls: { certificate: card.pem, key: card.key } }' } = changes;
  const gateway = production
    .replace(/^tls: .*$/m, `tls: { certificate: ${shared}.pem, key: ${sharedKey}.key }`)
    .replace('folder: ../certs', 'folder: .')
    .replace(/^listen:\n/m, listen === null ? 'listen:\n' : `listen:\n  card: ${listen}\n`);
  writeFileSync(join(folder, 'gateway.yaml'), card === null ? gateway : `${gateway}\ncard: ${card}\n`);
  return loadConfig(join(folder, 'gateway.yaml'));
}

function problemsOf(...given: Parameters<typeof load>): string {
  try {
    load(...given);
  } catch (error) {
    if (error instanceof ConfigurationFault) return error.problems.join('\n');
    throw error;
  }
  return '';
}

const withCertificate = (name: string, key = name) => `{ tls: { certificate: ${name}.pem, key: ${key}.key } }`;
const withProxy = (proxy: string) => `{ tls: { certificate: card.pem, key: card.key }, proxies: [${proxy}] }`;
const PIN = `certificateSha256: ${'ab'.repeat(32)}`;

describe('the card host (D3-02)', () => {
  test('as shipped there is none', () => {
    expect(load({ listen: null, card: null }).card).toBeUndefined();
  });

  test('is card.<base>, at its own port, unless told', () => {
    expect(load().card).toMatchObject({ host: CARD, origin: `https://${CARD}:8444`, proxies: [] });
    const told = load({
      card: `{ host: card.example.gov.tw, publicPort: 443, tls: { certificate: other.pem, key: other.key } }`,
    });
    expect(told.card).toMatchObject({ host: 'card.example.gov.tw', origin: 'https://card.example.gov.tw' });
  });

  test('takes proxies by address or narrow network, without a pin only at one loopback address', () => {
    const taken = [
      `address: 10.1.2.0/24, dialect: nginx, ${PIN}`,
      `address: 10.1.2.3, dialect: nginx, ${PIN}`,
      `address: '2001:db8::1', dialect: rfc9440, ${PIN}`,
      `address: '2001:db8::/64', dialect: rfc9440, ${PIN}`,
      'address: 127.0.0.1, dialect: nginx',
      'address: 127.0.0.2/32, dialect: nginx',
      "address: '::1', dialect: rfc9440",
    ];
    const { card } = load({ card: withProxy(taken.map(proxy => `{ ${proxy} }`).join(', ')) });
    expect(card?.proxies).toHaveLength(taken.length);
  });

  test.each<[string, Parameters<typeof load>[0], string]>([
    ['a wildcard on the public listener', { shared: 'everything' }, `tls.certificate: must not name ${CARD}`],
    ['its name in the public certificate', { shared: 'both' }, `tls.certificate: must not name ${CARD}`],
    ['a wildcard of its own', { card: withCertificate('everything') }, 'must name the card host alone'],
    ['the portal in its certificate', { card: withCertificate('both') }, `and not also ${PORTAL}`],
    ['another name in its certificate', { card: withCertificate('other') }, `does not name ${CARD}`],
    ['a system left out of the public certificate', { shared: 'few' }, `tls.certificate: does not name ${SHARED[1]}`],
    ['no certificate in the file', { card: withCertificate('junk', 'card') }, 'card.tls.certificate: cannot be read'],
    ['no key in the file', { card: withCertificate('card', 'junk') }, 'card.tls.key: cannot be read'],
    ['no file', { card: withCertificate('absent', 'card') }, 'card.tls.certificate: there is nothing at'],
    [
      'another key',
      { card: withCertificate('card', 'server') },
      'card.tls.key: does not belong to card.tls.certificate',
    ],
    ['another public key', { sharedKey: 'card' }, 'tls.key: does not belong to tls.certificate'],
    [
      'the address of the public listener',
      { listen: '{ address: 10.1.2.3, port: 443 }' },
      'listen.card: has the address and port of listen.public',
    ],
    ['keys without the listener', { listen: null }, 'card: of no use without listen.card'],
    ['the listener without keys', { card: null }, 'card: missing'],
    ['a free port that nobody knows', { listen: '{ address: 0.0.0.0, port: 0 }' }, 'card.publicPort: missing'],
    [
      'a host of the public listener',
      { card: `{ host: ${PORTAL}, tls: { certificate: card.pem, key: card.key } }` },
      `${PORTAL} is a host of the public listener already`,
    ],
  ])('%s stops the start with one clear sentence', (_name, changes, sentence) => {
    expect(problemsOf(changes)).toContain(sentence);
    expect(problemsOf(changes).split('\n')).toHaveLength(1);
  });

  test.each([
    ['{ address: 10.1.2.3, dialect: nginx }', 'card.proxies.0.certificateSha256: missing; without a certificate'],
    ['{ address: 127.0.0.0/31, dialect: nginx }', 'card.proxies.0.certificateSha256: missing'],
    ["{ address: '::ffff:127.0.0.1', dialect: nginx }", 'card.proxies.0.address: must be one address'],
    [`{ address: 0.0.0.0/0, dialect: nginx, ${PIN} }`, 'card.proxies.0.address: must be one address, or a network no'],
    [`{ address: 10.1.2.0/23, dialect: nginx, ${PIN} }`, 'card.proxies.0.address: must be one address'],
    [`{ address: '::/0', dialect: nginx, ${PIN} }`, 'card.proxies.0.address: must be one address'],
    [`{ address: '::/64', dialect: nginx, ${PIN} }`, 'card.proxies.0.address: must be one address'],
    [`{ address: '::ffff:0:0/96', dialect: nginx, ${PIN} }`, 'card.proxies.0.address: must be one address'],
    [`{ address: '2001:db8::/63', dialect: nginx, ${PIN} }`, 'card.proxies.0.address: must be one address'],
    [`{ address: 'fe80::1%eth0', dialect: nginx, ${PIN} }`, 'must be an IP address or a network'],
    ['{ address: proxy.internal, dialect: nginx }', 'must be an IP address or a network'],
    ['{ address: 10.1.2.3/33, dialect: nginx }', 'must be an IP address or a network'],
    ['{ address: 10.1.2.3/8/8, dialect: nginx }', 'must be an IP address or a network'],
    ['{ address: 10.1.2.3, dialect: envoy }', 'dialect'],
    ['{ address: 10.1.2.3 }', 'dialect'],
    ['{ address: 10.1.2.3, dialect: nginx, certificateSha256: abc }', 'must be 64 hexadecimal digits'],
    [`{ address: 10.1.2.3, dialect: nginx, ${PIN}, header: X-Mine }`, 'unknown key'],
  ])('the proxy %s is refused', (proxy, problem) => {
    expect(problemsOf({ card: withProxy(proxy) })).toContain(problem);
    expect(problemsOf({ card: withProxy(proxy) }).split('\n')).toHaveLength(1);
  });
});
