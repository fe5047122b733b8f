import { createServer, type Server } from 'node:https';
import { connect } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTlsAuthority, issueServerCertificate } from './tls-authority.ts';

let server: Server;
let ca: string;
beforeAll(async () => {
  const authority = await createTlsAuthority(new Date());
  const names = ['portal.gateway.localhost', 'company.gateway.localhost'] as const;
  const { certificate, keyPair } = await issueServerCertificate(authority, names, new Date());
  ca = authority.certificate.pem;
  server = createServer({
    cert: certificate.pem,
    key: keyPair.privateKey.export({ type: 'pkcs8', format: 'pem' }),
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.close();
});

function handshake(servername: string, trusted: string[]): Promise<string> {
  const { port } = server.address() as AddressInfo;
  return new Promise(resolve => {
    const socket = connect({ host: '127.0.0.1', port, servername, ca: trusted }, () => {
      socket.destroy();
      resolve('accepted');
    });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

describe('the demo TLS authority, judged by a real handshake', () => {
  it.each([
    ['portal.gateway.localhost', 'accepted'],
    ['company.gateway.localhost', 'accepted'],
    ['card.gateway.localhost', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ])('%s: %s', async (name, outcome) => {
    expect(await handshake(name, [ca])).toBe(outcome);
  });

  it('is trusted by those only who were given its root', async () => {
    expect(await handshake('portal.gateway.localhost', [])).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  });
});
