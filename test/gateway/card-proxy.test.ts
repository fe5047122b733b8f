import { spawn, type ChildProcess } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { CertificateProxy } from '../../src/gateway/card-peer.ts';
import type { IssuedCertificate } from '../authority/certificate.ts';
import { createTlsAuthority, issueServerCertificate } from '../authority/tls-authority.ts';
import { findFreePort } from '../../scripts/demo-parts/ports.ts';
import { CARD_HOST, startCardHost, type CardHostUnderTest } from './card-host-under-test.ts';

const SHIPPED = new URL('../../config/deploy/nginx/card-host.conf', import.meta.url);

const rfc9440 = (card: IssuedCertificate) => `:${card.certificate.der.toString('base64')}:`;
const nginxField = (card: IssuedCertificate) => encodeURIComponent(card.certificate.pem);

async function openWith(...proxies: readonly CertificateProxy[]) {
  const gateway = await startCardHost(proxies);
  const card = await gateway.world.issueCard();
  await gateway.world.bindCard(gateway.portal.context, gateway.portal.account, card);
  return { gateway, card };
}

describe('a peer that is listed as a proxy', () => {
  let gateway: CardHostUnderTest;
  let card: IssuedCertificate;
  beforeAll(async () => {
    ({ gateway, card } = await openWith(
      { address: '127.0.0.1', dialect: 'rfc9440' },
      { address: '127.0.1.0/24', dialect: 'nginx' },
      { address: '127.0.2.2', dialect: 'rfc9440', certificateSha256: 'ab'.repeat(32) },
    ));
  });
  afterAll(() => gateway.close());

  const ask = async (from: string, fields: Readonly<Record<string, string | string[]>>, own = false) => {
    const answer = await gateway.show(await gateway.begin(gateway.portal.browser()), own ? card : null, fields, from);
    return answer.status === 303 ? 'good' : answer.code;
  };

  test('is believed the field of its dialect, and no other', async () => {
    expect(await ask('127.0.0.1', { 'client-cert': rfc9440(card) })).toBe('good');
    expect(await ask('127.0.0.1', { 'x-ssl-client-cert': nginxField(card) })).toBe('client-certificate-missing');
    expect(await ask('127.0.1.7', { 'x-ssl-client-cert': nginxField(card) })).toBe('good');
    expect(await ask('127.0.1.7', { 'client-cert': rfc9440(card) })).toBe('client-certificate-missing');
    const chain = { 'client-cert-chain': rfc9440(card) };
    expect(await ask('127.0.0.1', chain)).toBe('client-certificate-missing');
  });

  test('is not taken for the person by the certificate that it shows itself', async () => {
    expect(await ask('127.0.0.1', {}, true)).toBe('client-certificate-missing');
  });

  test.each([
    ['twice', (good: string) => [good, good]],
    ['in another form', () => 'garbage'],
    ['beyond the limit', () => `:${'AAAA'.repeat(2_800)}:`],
  ])('is refused a certificate that comes %s', async (_name, values) => {
    expect(await ask('127.0.0.1', { 'client-cert': values(rfc9440(card)) })).toBe('client-certificate-unreadable');
  });

  test('has its certificates judged as anybody’s', async () => {
    const old = await gateway.world.issueCard({ notBefore: new Date('2021-01-01'), notAfter: new Date('2024-01-01') });
    expect(await ask('127.0.0.1', { 'client-cert': rfc9440(old) })).toBe('certificate-expired');
    expect(await ask('127.0.0.1', { 'client-cert': ':AAAA:' })).toBe('certificate-malformed');
  });

  test('is believed nothing where it does not show its own certificate, nor is anybody at its address', async () => {
    expect(await ask('127.0.2.2', { 'client-cert': rfc9440(card) })).toBe('client-certificate-unreadable');
    expect(await ask('127.0.2.2', {}, true)).toBe('client-certificate-unreadable');
  });

  test('at an address that is not listed, a field is nothing and the handshake everything', async () => {
    expect(await ask('127.0.3.3', { 'client-cert': rfc9440(card) })).toBe('client-certificate-missing');
    expect(await ask('127.0.3.3', { 'client-cert': 'garbage' }, true)).toBe('good');
  });

  test('has the person’s address in the record, as it began at the portal', async () => {
    await ask('127.0.1.7', { 'x-ssl-client-cert': '' });
    const [refused] = await gateway.portal.context.database.events.listEvents({ code: 'login.refused', limit: 1 });
    expect(refused).toMatchObject({ facts: { code: 'client-certificate-missing' } });
    expect(refused?.clientAddress).not.toContain('127.0.1.7');
  });
});

describe('nginx in front of the card host, by the configuration that is shipped', () => {
  let gateway: CardHostUnderTest;
  let card: IssuedCertificate;
  let folder: string;
  let nginx: ChildProcess;
  let port: number;
  let said = '';
  beforeAll(async () => {
    const own = await createTlsAuthority(new Date());
    const proxy = await issueServerCertificate(own, ['proxy.gateway.test'], new Date());
    const pin = new X509Certificate(proxy.certificate.pem).fingerprint256.replaceAll(':', '').toLowerCase();
    ({ gateway, card } = await openWith({ address: '127.0.0.1/32', dialect: 'nginx', certificateSha256: pin }));
    port = await findFreePort();
    folder = mkdtempSync(join(tmpdir(), 'card-nginx-'));
    const front = await issueServerCertificate(own, [CARD_HOST], new Date());
    const write = (name: string, text: string | Buffer) => writeFileSync(join(folder, name), text, { mode: 0o600 });
    const keyOf = (issued: IssuedCertificate) => issued.keyPair.privateKey.export({ type: 'pkcs8', format: 'pem' });
    for (const [name, issued] of [['card', front] as const, ['proxy', proxy] as const]) {
      write(`${name}.pem`, issued.certificate.pem);
      write(`${name}.key`, keyOf(issued));
    }
    write('front-ca.pem', own.certificate.pem);
    write('gateway-ca.pem', gateway.ca);
    const { cas } = gateway.world.authority;
    write('moica-and-roots.pem', cas['moica-g2'].certificate.pem + cas['grca-g2'].certificate.pem);
    const server = readFileSync(SHIPPED, 'utf8')
      .replaceAll('/etc/nginx/tls', folder)
      .replaceAll('/var/log/nginx', folder)
      .replaceAll('card.gateway.example.gov.tw', CARD_HOST)
      .replace('listen 443 ssl', `listen 127.0.0.1:${port} ssl`)
      .replaceAll('https://10.1.2.10:8444', `https://127.0.0.1:${gateway.port}`);
    write('server.conf', server);
    write(
      'nginx.conf',
      `daemon off; master_process off; pid ${folder}/pid; error_log stderr warn; events {}
       http { access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
       fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s; include ${folder}/server.conf; }`,
    );
    nginx = spawn('/usr/sbin/nginx', ['-c', join(folder, 'nginx.conf'), '-p', folder, '-e', 'stderr'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    nginx.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
    await vi
      .waitUntil(() => listens(port), { timeout: 15_000 })
      .catch(() => {
        throw new Error(`nginx does not listen: ${said}`);
      });
  });
  afterAll(async () => {
    const ended = new Promise(resolve => nginx.once('exit', resolve));
    nginx.kill('SIGTERM');
    await ended;
    await gateway.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const through = async (by: IssuedCertificate | null, fields: Readonly<Record<string, string>> = {}) => {
    const { pathname, search } = new URL(await gateway.begin(gateway.portal.browser()));
    return askNginx(port, join(folder, 'front-ca.pem'), pathname + search, by, fields);
  };

  test('D3-02 the browser’s certificate comes through, and leads back to the portal', async () => {
    const answer = await through(card);
    expect(answer).toMatchObject({ status: 303, connection: 'close' });
    expect(answer.location).toMatch(/^https:\/\/portal\.gateway\.test\/login\/tls\/return\?code=/);
  });

  test('no ticket comes into its log', async () => {
    await through(null);
    const log = () => readFileSync(join(folder, 'card-host.log'), 'utf8');
    // nginx writes the line after the answer.
    await vi.waitUntil(() => / "GET \/login\/tls HTTP\/1\.1" 403 \d+\n$/.test(log()), { timeout: 10_000 });
    expect(log()).not.toMatch(/ticket|language/);
  });

  test('without a certificate there is the page of the card host', async () => {
    expect(await through(null)).toMatchObject({ status: 403, code: 'client-certificate-missing' });
  });

  test('what nginx could not verify is judged by the gateway', async () => {
    const old = await gateway.world.issueCard({ notBefore: new Date('2021-01-01'), notAfter: new Date('2024-01-01') });
    expect(await through(old)).toMatchObject({ status: 403, code: 'certificate-expired' });
  });

  test('a field that the client forges is overwritten, with a certificate of its own and without', async () => {
    const forged = { 'x-ssl-client-cert': nginxField(card), 'client-cert': rfc9440(card) };
    expect(await through(null, forged)).toMatchObject({ status: 403, code: 'client-certificate-missing' });
    const other = await gateway.world.issueCard({
      notBefore: new Date('2021-01-01'),
      notAfter: new Date('2024-01-01'),
    });
    expect(await through(other, forged)).toMatchObject({ code: 'certificate-expired' });
    expect(await through(null, { X_SSL_Client_Cert: nginxField(card) })).toMatchObject({
      code: 'client-certificate-missing',
    });
  });

  test('past nginx, at the listener itself, a forged field is worth nothing from the very same address', async () => {
    const url = await gateway.begin(gateway.portal.browser());
    const answer = await gateway.show(url, null, { 'x-ssl-client-cert': nginxField(card) });
    expect(answer).toMatchObject({ status: 403, code: 'client-certificate-unreadable' });
    const elsewhere = await gateway.begin(gateway.portal.browser());
    const fields = { 'x-ssl-client-cert': nginxField(card) };
    expect((await gateway.show(elsewhere, null, fields, '127.0.0.9')).code).toBe('client-certificate-missing');
  });
});

function listens(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function askNginx(
  port: number,
  ca: string,
  path: string,
  by: IssuedCertificate | null,
  fields: Readonly<Record<string, string>>,
): Promise<{ status: number; code: string | undefined; location: string | undefined; connection: string | undefined }> {
  const identity =
    by === null
      ? {}
      : { cert: by.certificate.pem, key: by.keyPair.privateKey.export({ type: 'pkcs8', format: 'pem' }) };
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        ...{ host: '127.0.0.1', port, servername: CARD_HOST, ca: readFileSync(ca), agent: false, path },
        ...identity,
        headers: { host: CARD_HOST, accept: 'text/html', ...fields },
      },
      response => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString('utf8'))).on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            code: /<dd class="code">([a-z0-9-]+)<\/dd>/.exec(text)?.[1],
            location: response.headers.location,
            connection: response.headers.connection,
          }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end();
  });
}
