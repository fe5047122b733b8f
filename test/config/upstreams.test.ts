import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { ConfigurationFault } from '../../src/config/yaml-file.ts';
import { writeServerCertificate } from './server-certificate-files.ts';

const CONFIG = join(import.meta.dirname, '../../config');
const production = readFileSync(join(CONFIG, 'gateway.yaml'), 'utf8');
const shippedSystems = readFileSync(join(CONFIG, 'systems.yaml'), 'utf8');
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-upstreams-'));
  await writeServerCertificate(folder, 'server', ['*.gateway.example.gov.tw']);
  await writeServerCertificate(folder, 'other', ['other.example.gov.tw']);
  writeFileSync(join(folder, 'url'), 'postgres://u:p@db.example.gov.tw/x\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The production example with another `upstreams.company`, and company with more in `systems.yaml`. */
function load(company: string, ofSystem = '', change = (text: string) => text) {
  const gateway = production
    .replace(/^tls: .*$/m, 'tls: { certificate: server.pem, key: server.key }')
    .replace('folder: ../certs', 'folder: .')
    .replace(/^ {2}company: .*$/m, `  company: ${company}`);
  writeFileSync(join(folder, 'gateway.yaml'), change(gateway));
  writeFileSync(join(folder, 'systems.yaml'), shippedSystems.replace('host: company', `host: company\n${ofSystem}`));
  return loadConfig(join(folder, 'gateway.yaml')).systems.get('company');
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

describe('where a system runs', () => {
  test('is one server by HTTP/1.1 where nothing but an origin is given', () => {
    expect(load('https://c.example')?.upstream).toEqual({
      servers: ['https://c.example'],
      protocol: 'http/1.1',
      tls: {},
      health: null,
      connectMs: 5_000,
    });
  });

  test('may be several, by HTTP/2, with mutual TLS and checks', () => {
    const tls = 'tls: { caFile: other.pem, certificate: server.pem, key: server.key, serverName: c.internal }';
    const more = `protocol: h2, ${tls}, health: { path: /healthz }, connectSeconds: 2`;
    expect(load(`{ servers: ['https://c1.example', 'https://127.0.0.1:8443'], ${more} }`)?.upstream).toEqual({
      servers: ['https://c1.example', 'https://127.0.0.1:8443'],
      protocol: 'h2',
      tls: {
        ca: readFileSync(join(folder, 'other.pem'), 'utf8'),
        certificate: readFileSync(join(folder, 'server.pem'), 'utf8'),
        key: readFileSync(join(folder, 'server.key'), 'utf8'),
        serverName: 'c.internal',
      },
      health: { path: '/healthz', everyMs: 5_000, timeoutMs: 2_000 },
      connectMs: 2_000,
    });
  });

  test.each([
    ["{ servers: ['https://c.example', 'http://c2.example'] }", 'upstreams.company.servers.1: must be https'],
    ["{ servers: ['https://c.example', 'https://c.example'] }", 'upstreams.company.servers: names a server twice'],
    ['{ servers: [] }', 'upstreams.company.servers: '],
    ["{ servers: ['https://c.example'], weight: 3 }", 'upstreams.company.weight: unknown key'],
    ["{ servers: ['https://c.example'], protocol: h3 }", 'upstreams.company.protocol: '],
    [
      "{ servers: ['https://c.example'], tls: { certificate: server.pem } }",
      'upstreams.company.tls.key: certificate and key belong together',
    ],
    ["{ servers: ['http://127.0.0.1:1'], tls: { caFile: other.pem } }", 'upstreams.company.tls: has no meaning'],
    ["{ servers: ['https://c.example'], tls: { caFile: gone.pem } }", 'upstreams.company.tls.caFile: there is nothing'],
    [
      "{ servers: ['https://c.example'], tls: { caFile: server.key } }",
      'upstreams.company.tls.caFile: is no PEM certificate',
    ],
    [
      "{ servers: ['https://c.example'], tls: { certificate: server.pem, key: other.key } }",
      'upstreams.company.tls.key: is no PEM key of',
    ],
    [
      "{ servers: ['https://c.example'], health: { path: '/a/../b' } }",
      'upstreams.company.health.path: must be a path',
    ],
    ["{ servers: ['https://c.example'], health: { everySeconds: 0 } }", 'upstreams.company.health.everySeconds: '],
  ])('cannot be %s', (company, problem) => {
    expect(problemsOf(company)).toContain(problem);
  });

  test.each<[string, (text: string) => string, string]>([
    [
      'a business system',
      text => text.replace('https://factory.internal', 'http://factory.internal'),
      'upstreams.factory.servers.0: must be https: a system off loopback is reached through TLS only',
    ],
    [
      'PostgreSQL',
      text => text.replace('database: { kind: embedded }', 'database: { kind: postgresql, urlFile: url }'),
      'database.urlFile: PostgreSQL on db.example.gov.tw is not on this machine: TLS must be configured for it.',
    ],
    [
      'Redis',
      text =>
        text.replace(
          'database: { kind: embedded }',
          'database: { kind: postgresql, urlFile: url, caFile: other.pem }\nredis: { server: "redis.example.gov.tw:6379" }',
        ),
      'redis.caFile: missing; a Redis off loopback is reached through TLS only',
    ],
  ])('D1-091: nothing off loopback is reached without TLS: %s', (_name, change, problem) => {
    expect(problemsOf('https://c.example', '', change)).toContain(problem);
  });
});

describe('what requests to a system may take', () => {
  test('is as the gateway has it, unless the system or a path says otherwise', () => {
    expect(load('https://c.example')?.limitedRoutes).toEqual([]);
    const said =
      '    limits: { contentMebibytes: 20 }\n    routes:\n      - { paths: [/reports/], responseSeconds: 300 }\n' +
      '      - { paths: [/scan], contentMebibytes: 0.5, contentIdleSeconds: 5 }';
    expect(
      load('https://c.example', said)?.limitedRoutes.map(({ paths, limits }) => [paths?.map(p => p.text), limits]),
    ).toEqual([
      [['/reports/'], { contentBytes: 20 * 1_048_576, responseS: 300 }],
      [['/scan'], { contentBytes: 524_288, contentIdleS: 5 }],
      [undefined, { contentBytes: 20 * 1_048_576 }],
    ]);
  });

  test.each([
    ['    limits: {}', 'limits: limits nothing'],
    ['    limits: { contentMebibytes: 0 }', 'limits.contentMebibytes: '],
    ['    limits: { responseSeconds: 4000 }', 'limits.responseSeconds: '],
    ['    routes: [{ paths: [/a] }]', 'routes.0: limits nothing'],
    ['    routes: [{ paths: [a], responseSeconds: 3 }]', 'routes.0.paths.0: must be a path'],
    ['    routes: [{ paths: [/a], seconds: 3 }]', 'routes.0.seconds: unknown key'],
  ])('cannot be %s', (ofSystem, problem) => {
    expect(problemsOf('https://c.example', ofSystem)).toContain(problem);
  });

  test.each(['limits: { contentMebibytes: 20 }', 'routes: [{ paths: [/a], responseSeconds: 3 }]'])(
    'is not the gateway’s to say where a proxy that asks passes them on: %s',
    said => {
      const asking =
        'forwardAuth:\n  listen: { address: 127.0.0.1, port: 9443 }\n  systems: [company]\n' +
        '  peers: [{ address: 127.0.0.1, dialect: nginx }]\n';
      const change = (text: string): string => text.replace(/^ {2}company: .*\n/m, '') + asking;
      expect(problemsOf('', '', change)).toBe('');
      expect(problemsOf('', `    ${said}`, change)).toContain(
        'forwardAuth.systems: limits and routes of company are of no use',
      );
    },
  );
});
