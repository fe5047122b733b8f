import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { ConfigurationFault } from '../../src/config/yaml-file.ts';
import { createTlsAuthority, issueServerCertificate } from '../authority/tls-authority.ts';

const CONFIG = join(import.meta.dirname, '../../config');
const BASE = 'gateway.example.gov.tw';
const CARD = `card.${BASE}`;
const PORTAL = `portal.${BASE}`;
const production = readFileSync(join(CONFIG, 'gateway.yaml'), 'utf8');
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-config-'));
  writeFileSync(join(folder, 'systems.yaml'), readFileSync(join(CONFIG, 'systems.yaml')));
  for (const name of ['server.key', 'junk.pem']) writeFileSync(join(folder, name), 'nothing\n');
  const authority = await createTlsAuthority(new Date());
  const names = {
    server: [PORTAL, `company.${BASE}`],
    card: [CARD],
    everything: [`*.${BASE}`],
    both: [PORTAL, CARD],
    other: ['card.example.gov.tw'],
  } as const;
  for (const [name, hosts] of Object.entries(names)) {
    const [first, ...others] = hosts;
    const { certificate } = await issueServerCertificate(authority, [first, ...others], new Date());
    writeFileSync(join(folder, `${name}.pem`), certificate.pem);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The production example with a card host. null leaves a key out. */
function load(
  changes: {
    readonly shared?: string;
    readonly listen?: string | null;
    readonly card?: string | null;
  } = {},
) {
  const { shared = 'server', listen = '{ address: 0.0.0.0, port: 8444 }' } = changes;
  const { card = '{ tls: { certificate: card.pem, key: server.key } }' } = changes;
  const gateway = production
    .replace(/^tls: .*$/m, `tls: { certificate: ${shared}.pem, key: server.key }`)
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

const withCertificate = (name: string) => `{ tls: { certificate: ${name}.pem, key: server.key } }`;

describe('the card host (D3-02)', () => {
  test('as shipped there is none', () => {
    expect(load({ listen: null, card: null }).card).toBeUndefined();
  });

  test('is card.<base>, at its own port, unless told', () => {
    expect(load().card).toMatchObject({ host: CARD, origin: `https://${CARD}:8444`, proxies: [] });
    const told = load({
      card: `{ host: card.example.gov.tw, publicPort: 443, tls: { certificate: other.pem, key: server.key } }`,
    });
    expect(told.card).toMatchObject({ host: 'card.example.gov.tw', origin: 'https://card.example.gov.tw' });
  });

  test('takes proxies by address or network', () => {
    const proxies = `[{ address: 10.1.2.0/24, dialect: nginx }, { address: '2001:db8::1', dialect: rfc9440, certificateSha256: ${'ab'.repeat(32)} }]`;
    const { card } = load({ card: `{ tls: { certificate: card.pem, key: server.key }, proxies: ${proxies} }` });
    expect(card?.proxies.map(({ dialect }) => dialect)).toEqual(['nginx', 'rfc9440']);
  });

  test.each<[string, Parameters<typeof load>[0], string]>([
    ['a wildcard on the public listener', { shared: 'everything' }, `tls.certificate: must not name ${CARD}`],
    ['its name in the public certificate', { shared: 'both' }, `tls.certificate: must not name ${CARD}`],
    ['a wildcard of its own', { card: withCertificate('everything') }, 'must name the card host alone'],
    ['the portal in its certificate', { card: withCertificate('both') }, `and not also ${PORTAL}`],
    ['another name in its certificate', { card: withCertificate('other') }, `does not name ${CARD}`],
    ['no certificate in the file', { card: withCertificate('junk') }, 'a certificate cannot be read'],
    ['no file', { card: withCertificate('absent') }, 'card.tls.certificate: there is nothing at'],
    ['keys without the listener', { listen: null }, 'card: of no use without listen.card'],
    ['the listener without keys', { card: null }, 'card: missing'],
    ['a free port that nobody knows', { listen: '{ address: 0.0.0.0, port: 0 }' }, 'card.publicPort: missing'],
    [
      'a host of the public listener',
      { card: `{ host: ${PORTAL}, tls: { certificate: card.pem, key: server.key } }` },
      `${PORTAL} is a host of the public listener already`,
    ],
  ])('%s stops the start with one clear sentence', (_name, changes, sentence) => {
    expect(problemsOf(changes)).toContain(sentence);
    expect(problemsOf(changes).split('\n')).toHaveLength(1);
  });

  test.each([
    ['{ address: proxy.internal, dialect: nginx }', 'must be an IP address or a network'],
    ['{ address: 10.1.2.3/33, dialect: nginx }', 'must be an IP address or a network'],
    ['{ address: 10.1.2.3/8/8, dialect: nginx }', 'must be an IP address or a network'],
    ['{ address: 10.1.2.3, dialect: envoy }', 'dialect'],
    ['{ address: 10.1.2.3 }', 'dialect'],
    ['{ address: 10.1.2.3, dialect: nginx, certificateSha256: abc }', 'must be 64 hexadecimal digits'],
    ['{ address: 10.1.2.3, dialect: nginx, header: X-Mine }', 'unknown key'],
  ])('the proxy %s is refused', (proxy, problem) => {
    const card = `{ tls: { certificate: card.pem, key: server.key }, proxies: [${proxy}] }`;
    expect(problemsOf({ card })).toContain(problem);
  });
});
