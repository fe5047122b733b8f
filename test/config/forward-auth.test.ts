import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forwardAuthSchema, readForwardAuthCertificates } from '../../src/config/forward-auth.ts';
import { createTlsAuthority } from '../authority/tls-authority.ts';
import { writeServerCertificate } from './server-certificate-files.ts';

const NGINX = { address: '127.0.0.1', dialect: 'nginx' };
const LOOPBACK = { address: '127.0.0.1', port: 9091 };
const TLS = { certificate: 'a.pem', key: 'a.key', clientCaFile: 'ca.pem' };

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-forward-auth-'));
  const authority = await createTlsAuthority(new Date());
  await writeServerCertificate(folder, 'a', ['forward-auth.example.gov.tw'], authority);
  await writeServerCertificate(folder, 'b', ['forward-auth.example.gov.tw'], authority);
  writeFileSync(join(folder, 'ca.pem'), authority.certificate.pem);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function problemsOf(file: object): readonly string[] {
  const reading = forwardAuthSchema.safeParse(file);
  return reading.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
}

describe('D1-111 D1-091 forwardAuth', () => {
  test.each([
    ['plain HTTP on loopback', { listen: LOOPBACK, peers: [NGINX] }],
    ['two dialects at one address', { listen: LOOPBACK, peers: [NGINX, { ...NGINX, dialect: 'caddy' }] }],
    [
      'TLS elsewhere',
      { listen: { address: '10.1.2.10', port: 9443 }, tls: TLS, peers: [{ ...NGINX, address: '10.1.2.0/24' }] },
    ],
    [
      'TLS on loopback, with a pin',
      { listen: LOOPBACK, tls: TLS, peers: [{ ...NGINX, certificateSha256: 'ab'.repeat(32) }] },
    ],
  ])('takes %s', (_name, file) => {
    expect(problemsOf(file)).toEqual([]);
  });

  test.each([
    ['0.0.0.0', 'tls: missing'],
    ['10.1.2.10', 'tls: missing'],
    ['::', 'tls: missing'],
    ['gateway.example', 'listen.address: not an IP address'],
  ])('without TLS is refused on %s', (address, problem) => {
    expect(problemsOf({ listen: { address, port: 9443 }, peers: [NGINX] }).join()).toContain(problem);
  });

  test.each([
    ['nobody who may ask', { peers: [] }, 'peers: names nobody who may ask'],
    ['everybody', { peers: [{ ...NGINX, address: '0.0.0.0/0' }] }, 'peers.0.address: must be no wider than /16'],
    ['a name', { peers: [{ ...NGINX, address: 'nginx.example' }] }, 'peers.0.address: must be an IP address'],
    ['an unknown dialect', { peers: [{ ...NGINX, dialect: 'haproxy' }] }, 'peers.0.dialect'],
    ['no dialect', { peers: [{ address: '127.0.0.1' }] }, 'peers.0.dialect'],
    [
      'a pin without TLS',
      { peers: [{ ...NGINX, certificateSha256: 'ab'.repeat(32) }] },
      'peers.0.certificateSha256: of no use',
    ],
    ['TLS that asks for no certificate', { tls: { certificate: 'a', key: 'b' }, peers: [NGINX] }, 'tls.clientCaFile'],
  ])('does not take %s', (_name, file, problem) => {
    expect(problemsOf({ listen: LOOPBACK, ...file }).join()).toContain(problem);
  });

  test('has its certificates read before anything starts', () => {
    const at = (name: string): string => join(folder, name);
    const read = (tls: typeof TLS) =>
      readForwardAuthCertificates({
        listen: LOOPBACK,
        peers: [{ address: '127.0.0.1', dialect: 'nginx' }],
        systems: [],
        tls: { certificate: at(tls.certificate), key: at(tls.key), clientCaFile: at(tls.clientCaFile) },
      });
    expect(read(TLS).ok).toBe(true);
    expect(read({ ...TLS, key: 'none.key' })).toMatchObject({
      problems: [expect.stringContaining('forwardAuth.tls.key')],
    });
    expect(read({ ...TLS, key: 'b.key' })).toMatchObject({ problems: [expect.stringContaining('cannot be used')] });
    expect(read({ ...TLS, clientCaFile: 'b.pem' })).toMatchObject({
      problems: [expect.stringContaining('forwardAuth.tls.clientCaFile')],
    });
  });
});
