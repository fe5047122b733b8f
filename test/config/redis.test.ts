import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { ConfigurationFault } from '../../src/config/yaml-file.ts';
import { writeServerCertificate } from './server-certificate-files.ts';

const CONFIG = join(import.meta.dirname, '../../config');
const production = readFileSync(join(CONFIG, 'gateway.yaml'), 'utf8');
let folder: string;
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-config-'));
  await writeServerCertificate(folder, 'server', ['*.gateway.example.gov.tw']);
  writeFileSync(join(folder, 'systems.yaml'), readFileSync(join(CONFIG, 'systems.yaml')));
  writeFileSync(join(folder, 'url'), 'postgres://u:p@localhost/x\n');
  writeFileSync(join(folder, 'password'), 'open-sesame\n');
  writeFileSync(join(folder, 'empty'), ' \n');
  copyFileSync(join(folder, 'server.pem'), join(folder, 'ca.pem'));
  copyFileSync(join(folder, 'server.pem'), join(folder, 'node.pem'));
  copyFileSync(join(folder, 'server.key'), join(folder, 'node.key'));
  writeFileSync(
    join(folder, 'half.pem'),
    `${read('ca.pem')}-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n`,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The production example on PostgreSQL with further lines, changed as told. */
function load(lines: string, change = (text: string) => text) {
  const gateway = production
    .replace(/^tls: .*$/m, 'tls: { certificate: server.pem, key: server.key }')
    .replace('folder: ../certs', 'folder: .')
    .replace(/^database: .*$/m, 'database: { kind: postgresql, urlFile: url }');
  writeFileSync(join(folder, 'gateway.yaml'), change(`${gateway}\n${lines}\n`));
  return loadConfig(join(folder, 'gateway.yaml'));
}

function problemsOf(load: () => unknown): string {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigurationFault) return error.problems.join('\n');
    throw error;
  }
  return '';
}

describe('Redis', () => {
  test('without a word: sessions are in the process', () => {
    expect(load('').redis).toBeUndefined();
  });

  test.each([
    ['localhost:6379', 'localhost', 6379],
    ['127.0.0.1:7000', '127.0.0.1', 7000],
    ['"[::1]:6379"', '::1', 6379],
  ])('one server on this machine: %s', (text, host, port) => {
    expect(load(`redis: { server: ${text} }`).redis).toEqual({ server: { host, port }, keyPrefix: 'gateway:' });
  });

  test('one server elsewhere, with all there can be', () => {
    const redis = `redis: { server: redis.example:6380, user: gateway, passwordFile: password, caFile: ca.pem,
      certificateFile: node.pem, keyFile: node.key, keyPrefix: 'gw-a:' }`;
    expect(load(redis).redis).toEqual({
      server: { host: 'redis.example', port: 6380 },
      user: 'gateway',
      password: 'open-sesame',
      tls: { ca: read('ca.pem'), certificate: read('node.pem').trim(), key: read('node.key').trim() },
      keyPrefix: 'gw-a:',
    });
  });

  test('Sentinels', () => {
    const redis = `redis: { caFile: ca.pem, sentinel: { name: gateway, user: watch, passwordFile: password,
      servers: ['s1.example:26379', 's2.example:26379'] } }`;
    expect(load(redis).redis).toEqual({
      server: {
        name: 'gateway',
        sentinels: [
          { host: 's1.example', port: 26_379 },
          { host: 's2.example', port: 26_379 },
        ],
      },
      sentinelUser: 'watch',
      sentinelPassword: 'open-sesame',
      tls: { ca: read('ca.pem') },
      keyPrefix: 'gateway:',
    });
  });

  test.each([
    ['{}', 'redis: needs either server or sentinel'],
    ["{ server: 'localhost:1', sentinel: { name: n, servers: ['localhost:2'] } }", 'redis: needs either server'],
    ['{ server: localhost }', 'redis.server: must be host:port'],
    ["{ server: 'localhost:0' }", 'redis.server: must be host:port'],
    ["{ server: 'localhost:65536' }", 'redis.server: must be host:port'],
    ["{ server: 'redis://localhost:6379' }", 'redis.server: must be host:port'],
    ["{ server: '::1:6379' }", 'redis.server: must be host:port'],
    ["{ server: 'redis.example:6379' }", 'redis.caFile: missing; a Redis off loopback'],
    ["{ server: '127.example:6379' }", 'redis.caFile: missing; a Redis off loopback'],
    [
      "{ sentinel: { name: n, servers: ['localhost:1', 's.example:2'] } }",
      'redis.caFile: missing; a Redis off loopback',
    ],
    ['{ sentinel: { name: n, servers: [] } }', 'redis.sentinel.servers: Too small'],
    ["{ sentinel: { servers: ['localhost:1'] } }", 'redis.sentinel.name: missing'],
    ["{ sentinel: { name: n, user: u, servers: ['localhost:1'] } }", 'redis.sentinel.passwordFile: missing'],
    ["{ server: 'localhost:1', user: u }", 'redis.passwordFile: missing'],
    ["{ server: 'localhost:1', password: open }", 'redis.password: unknown key'],
    ["{ server: 'localhost:1', certificateFile: node.pem, keyFile: node.key }", 'redis.caFile: missing; a certificate'],
    [
      "{ server: 'localhost:1', caFile: ca.pem, certificateFile: node.pem }",
      'redis.keyFile: certificateFile and keyFile',
    ],
    ["{ server: 'localhost:1', keyPrefix: '' }", 'redis.keyPrefix: must be'],
    ["{ server: 'localhost:1', keyPrefix: 'a b' }", 'redis.keyPrefix: must be'],
    ["{ server: 'localhost:1', passwordFile: nothing }", 'redis.passwordFile: there is nothing at'],
    ["{ server: 'localhost:1', passwordFile: empty }", 'redis.passwordFile: is empty'],
    [
      "{ sentinel: { name: n, passwordFile: empty, servers: ['localhost:1'] } }",
      'redis.sentinel.passwordFile: is empty',
    ],
    ["{ server: 'localhost:1', caFile: empty }", 'redis.caFile: holds no PEM certificate'],
    ["{ server: 'localhost:1', caFile: node.key }", 'redis.caFile: holds no PEM certificate'],
    ["{ server: 'localhost:1', caFile: half.pem }", 'redis.caFile: holds no PEM certificate, or a broken one'],
    [
      "{ server: 'localhost:1', caFile: ca.pem, certificateFile: password, keyFile: node.pem }",
      'redis.certificateFile: holds no PEM certificate',
    ],
    [
      "{ server: 'localhost:1', caFile: ca.pem, certificateFile: node.pem, keyFile: node.pem }",
      'redis.keyFile: holds no PEM private key',
    ],
    ["{ server: 'localhost:1', caFile: nothing }", 'redis.caFile: there is nothing at'],
    [
      "{ sentinel: { name: n, passwordFile: nothing, servers: ['localhost:1'] } }",
      'redis.sentinel.passwordFile: there is nothing at',
    ],
  ])('%s is refused', (text, problem) => {
    expect(problemsOf(() => load(`redis: ${text}`))).toContain(problem);
  });

  test('is refused beside the embedded database, which is one node’s', () => {
    const embedded = (text: string): string => text.replace(/^database: .*$/m, 'database: { kind: embedded }');
    expect(problemsOf(() => load("redis: { server: 'localhost:6379' }", embedded))).toContain(
      'redis: needs database.kind postgresql',
    );
  });
});

describe('sessions side by side', () => {
  const change = (line: string) => (text: string) => text.replace(/^ {2}concurrent: .*$/m, line);

  test('without a word: four of an account, two of them by one-day password', () => {
    const limits = { account: 4, card: 4, 'card-tls': 4, 'one-day-password': 2 };
    expect(load('', change('')).sessions.concurrent).toEqual(limits);
    expect(load('').sessions.concurrent).toEqual(limits);
  });

  test('each as configured', () => {
    const line = '  concurrent: { account: 3, cardTls: 1, oneDayPassword: 1 }';
    const limits = { account: 3, card: 4, 'card-tls': 1, 'one-day-password': 1 };
    expect(load('', change(line)).sessions.concurrent).toEqual(limits);
  });

  test.each([
    ['account: 0', 'sessions.concurrent.account: Too small'],
    ['card: 101', 'sessions.concurrent.card: Too big'],
    ['cardTls: 1.5', 'sessions.concurrent.cardTls: '],
    ['card-tls: 1', 'sessions.concurrent.card-tls: unknown key'],
  ])('%s is refused', (text, problem) => {
    expect(problemsOf(() => load('', change(`  concurrent: { ${text} }`)))).toContain(problem);
  });
});

test('keys lie in the data folder, or in a folder of their own that nodes share', () => {
  expect(load('').keyFolder).toBe('/var/lib/moica-gateway/keys');
  expect(load('keyFolder: shared-keys').keyFolder).toBe(join(folder, 'shared-keys'));
});
