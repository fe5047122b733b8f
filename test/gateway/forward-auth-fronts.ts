import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '../../scripts/demo-parts/ports.ts';
import type { ForwardAuthPeer } from '../../src/gateway/forward-auth/peers.ts';
import type { IssuedCertificate } from '../authority/certificate.ts';
import { createTlsAuthority, issueClientCertificate, issueServerCertificate } from '../authority/tls-authority.ts';
import { startProxy, type ProxyProcess } from '../support/proxy-process.ts';
import { startForwardAuth, type ForwardAuthUnderTest } from './forward-auth-under-test.ts';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';

/** A proxy by the configuration that is shipped, before the system `company`, which nothing else leads to. */
export interface Front {
  readonly gateway: GatewayUnderTest;
  readonly forwardAuth: ForwardAuthUnderTest;
  readonly port: number;
  /** PEM of the CA that the proxy's own certificate is from. */
  readonly ca: string;
  close(): Promise<void>;
}

type Shipped = 'nginx' | 'nginx-tls' | 'caddy';

const DEPLOY = new URL('../../config/deploy/', import.meta.url);

export async function startFront(kind: Shipped, options: Parameters<typeof startGateway>[0] = {}): Promise<Front> {
  const gateway = await startGateway({
    ...options,
    upstreams: { company: null },
    believed: { proxyProtocol: [], trustedProxies: ['127.0.0.1'] },
  });
  const folder = mkdtempSync(join(tmpdir(), `gateway-${kind}-`));
  const own = await createTlsAuthority(new Date());
  writePair(
    folder,
    'server',
    await issueServerCertificate(own, ['company.gateway.test', 'factory.gateway.test'], new Date()),
  );
  const forwardAuth = await startAsked(kind, gateway, folder, own);
  writeFileSync(join(folder, 'ca.pem'), gateway.ca + own.certificate.pem);
  const place = { folder, port: await findFreePort(), gateway, forwardAuth };
  const proxy = kind === 'caddy' ? await startCaddy(place) : await startNginx(kind, place);
  return {
    gateway,
    forwardAuth,
    port: place.port,
    ca: own.certificate.pem,
    async close() {
      await proxy.stop();
      await forwardAuth.listener.close(0);
      await gateway.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Place {
  readonly folder: string;
  readonly port: number;
  readonly gateway: GatewayUnderTest;
  readonly forwardAuth: ForwardAuthUnderTest;
}

async function startAsked(
  kind: Shipped,
  { test }: GatewayUnderTest,
  folder: string,
  own: IssuedCertificate,
): Promise<ForwardAuthUnderTest> {
  const peer: ForwardAuthPeer = { address: '127.0.0.1', dialect: kind === 'caddy' ? 'caddy' : 'nginx' };
  if (kind !== 'nginx-tls') return startForwardAuth(test, { peers: [peer] });
  const server = await issueServerCertificate(own, ['forward-auth.gateway.test'], new Date());
  const proxy = await issueClientCertificate(own, ['proxy.gateway.test'], new Date());
  writePair(folder, 'proxy', proxy);
  const { fingerprint256 } = new X509Certificate(proxy.certificate.pem);
  const certificateSha256 = fingerprint256.replaceAll(':', '').toLowerCase();
  const tls = { cert: server.certificate.pem, key: keyOf(server), ca: own.certificate.pem };
  return startForwardAuth(test, { peers: [{ ...peer, certificateSha256 }], tls });
}

function startNginx(kind: Shipped, place: Place): Promise<ProxyProcess> {
  const { folder, port } = place;
  const inPlace = (name: string): string =>
    putInPlace(readFileSync(new URL(`nginx/${name}`, DEPLOY), 'utf8'), place)
      .replaceAll(/\/etc\/nginx\/tls\/(?:company|systems)\./g, `${folder}/server.`)
      .replaceAll(/\/etc\/nginx\/tls\/(?:gateway|internal)-ca\./g, `${folder}/ca.`)
      .replaceAll('/etc/nginx/tls/', `${folder}/`)
      .replaceAll('/etc/nginx/', `${folder}/`)
      .replaceAll('/var/log/nginx/', `${folder}/`)
      .replaceAll('listen 443', `listen 127.0.0.1:${port}`);
  writeFileSync(join(folder, 'forward-auth-system.conf'), inPlace('forward-auth-system.conf'));
  const file = join(folder, 'nginx.conf');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    name => `${name}_temp_path ${folder}/${name};`,
  );
  writeFileSync(
    file,
    `daemon off; master_process off; pid ${folder}/pid; error_log stderr warn; events {}
http {
${temporary.join('\n')}
${inPlace(kind === 'nginx' ? 'forward-auth.conf' : 'forward-auth-tls.conf')}
}`,
  );
  return startProxy('/usr/sbin/nginx', ['-c', file, '-p', folder, '-e', 'stderr'], port, 'nginx-light');
}

function startCaddy(place: Place): Promise<ProxyProcess> {
  const { folder, port } = place;
  const shipped = putInPlace(readFileSync(new URL('caddy/Caddyfile', DEPLOY), 'utf8'), place)
    .replaceAll('/etc/caddy/tls/company.', `${folder}/server.`)
    .replaceAll('/etc/caddy/tls/gateway-ca.', `${folder}/ca.`);
  const own = `{
  admin off
  auto_https disable_redirects
  default_bind 127.0.0.1
  https_port ${port}
  storage file_system ${folder}/storage
}
`;
  writeFileSync(join(folder, 'Caddyfile'), own + shipped);
  const flags = ['run', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')];
  return startProxy('/usr/bin/caddy', flags, port, 'caddy');
}

/** The names and ports of the example → those of the test. The system is the recording one, over plain HTTP on loopback. */
function putInPlace(shipped: string, { gateway, forwardAuth }: Place): string {
  return shipped
    .replaceAll('gateway.example.gov.tw', 'gateway.test')
    .replaceAll(/127\.0\.0\.1:9091|10\.1\.2\.10:9443/g, `127.0.0.1:${forwardAuth.port}`)
    .replaceAll(/127\.0\.0\.1:8443|10\.1\.2\.10:443/g, `127.0.0.1:${gateway.port}`)
    .replaceAll('127.0.0.1:8080', new URL(gateway.company.origin).host)
    .replaceAll('https://company.internal.example.gov.tw', gateway.company.origin)
    .replaceAll('https://factory.internal.example.gov.tw', gateway.factory.origin);
}

function writePair(folder: string, name: string, issued: IssuedCertificate): void {
  writeFileSync(join(folder, `${name}.pem`), issued.certificate.pem);
  writeFileSync(join(folder, `${name}.key`), keyOf(issued));
}

function keyOf(issued: IssuedCertificate): string {
  return String(issued.keyPair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
}
