import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

/** What `openssl s_client` agrees on with the public listener: protocol and suite; null where the handshake fails. */
function scan(...options: readonly string[]): Promise<string | null> {
  const where = ['-connect', `127.0.0.1:${gateway.port}`, '-servername', 'company.gateway.test'];
  return new Promise((resolve, reject) => {
    const child = execFile('openssl', ['s_client', ...where, ...options], { timeout: 15_000 }, (error, stdout) => {
      if (error !== null && 'code' in error && error.code === 'ENOENT') reject(new Error('apt-get install -y openssl'));
      const agreed = /New, (\S+), Cipher is (\S+)/.exec(stdout);
      resolve(agreed === null || agreed[2] === '(NONE)' ? null : `${agreed[1] ?? ''} ${agreed[2] ?? ''}`);
    });
    child.stdin?.end('Q\n');
  });
}

/** Lets openssl itself offer what it has switched off. */
const OLD = ':@SECLEVEL=0';

describe('the public listener, by openssl (D1-091)', () => {
  test.each<[string, string[], RegExp]>([
    ['TLS 1.3', ['-tls1_3'], /^TLSv1\.3 TLS_AES_128_GCM_SHA256$/],
    ['TLS 1.2', ['-tls1_2'], /^TLSv1\.2 ECDHE-ECDSA-AES128-GCM-SHA256$/],
    ['ChaCha20', ['-tls1_2', '-cipher', 'ECDHE-ECDSA-CHACHA20-POLY1305'], /^TLSv1\.2 ECDHE-ECDSA-CHACHA20-POLY1305$/],
  ])('speaks %s', async (_name, options, agreed) => {
    expect(await scan(...options)).toMatch(agreed);
  });

  test.each<[string, string[]]>([
    ['TLS 1.1', ['-tls1_1', '-cipher', `ALL${OLD}`]],
    ['TLS 1.0', ['-tls1', '-cipher', `ALL${OLD}`]],
    ['AES-CBC with SHA-1', ['-tls1_2', '-cipher', `ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA:AES128-SHA${OLD}`]],
    [
      'AES-CBC with SHA-2',
      ['-tls1_2', '-cipher', `ECDHE-ECDSA-AES128-SHA256:ECDHE-RSA-AES256-SHA384:AES256-SHA256${OLD}`],
    ],
    ['no forward secrecy', ['-tls1_2', '-cipher', `AES128-GCM-SHA256:AES256-GCM-SHA384:AES128-CCM${OLD}`]],
    [
      'finite-field Diffie-Hellman',
      ['-tls1_2', '-cipher', `DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384${OLD}`],
    ],
    ['no encryption or no authentication', ['-tls1_2', '-cipher', `eNULL:aNULL${OLD}`]],
    ['Camellia and ARIA', ['-tls1_2', '-cipher', `CAMELLIA:ARIA${OLD}`]],
    ['short tags (CCM-8)', ['-tls1_2', '-cipher', `ECDHE-ECDSA-AES128-CCM8${OLD}`]],
    ['a pre-shared key', ['-tls1_2', '-psk', '00', '-cipher', `PSK${OLD}`]],
  ])('does not speak %s', async (_name, options) => {
    expect(await scan(...options)).toBeNull();
  });

  // RC4, 3DES, DES, export and SSL 3 are not even in today's openssl: nobody here can speak them.
  test('nor what openssl itself has forgotten', async () => {
    for (const suites of ['RC4', '3DES', 'DES', 'EXPORT'])
      expect(await scan('-tls1_2', '-cipher', suites + OLD)).toBeNull();
  });
});
