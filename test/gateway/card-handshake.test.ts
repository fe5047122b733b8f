import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type ConnectionOptions } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { IssuedCertificate } from '../authority/certificate.ts';
import { CARD_HOST, startCardHost, type CardHostUnderTest } from './card-host-under-test.ts';

const run = promisify(execFile);

let gateway: CardHostUnderTest;
let card: IssuedCertificate;
let folder: string;
beforeAll(async () => {
  gateway = await startCardHost();
  card = await gateway.world.issueCard();
  folder = mkdtempSync(join(tmpdir(), 'card-handshake-'));
  writeFileSync(join(folder, 'ca.pem'), gateway.ca);
  writeFileSync(join(folder, 'card.pem'), card.certificate.pem);
  const key = card.keyPair.privateKey.export({ type: 'pkcs8', format: 'pem' });
  writeFileSync(join(folder, 'card.key'), key, { mode: 0o600 });
});
afterAll(async () => {
  await gateway.close();
  rmSync(folder, { recursive: true, force: true });
});

/** One connection by `openssl s_client`; what it says, the protocol's own lines included. */
function openssl(input: string, ...options: readonly string[]): Promise<string> {
  const args = [
    ...['s_client', '-connect', `127.0.0.1:${gateway.port}`, '-servername', CARD_HOST],
    ...['-CAfile', 'ca.pem', '-cert', 'card.pem', '-key', 'card.key', '-ign_eof', ...options],
  ];
  return new Promise(resolve => {
    // It exits 1 where the server ends a connection as it should.
    const child = execFile('openssl', args, { cwd: folder, timeout: 15_000 }, (_error, stdout, stderr) =>
      resolve(stdout + stderr),
    );
    child.stdin?.end(input);
  });
}

/** Sends bytes over TLS as they are, and returns what comes until the connection closes. */
function speak(text: string, options: ConnectionOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const { port, ca } = gateway;
    const socket = connect({ host: '127.0.0.1', port, servername: CARD_HOST, ca, ...options }, () => {
      socket.off('error', reject);
      socket.on('error', () => socket.destroy());
      socket.write(text);
    });
    const chunks: Buffer[] = [];
    socket.once('error', reject);
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('utf8')));
  });
}

const GET = `GET /login/tls HTTP/1.1\r\nHost: ${CARD_HOST}\r\n\r\n`;
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);

describe('every login is a handshake of its own', () => {
  test.each(['-tls1_2', '-tls1_3'])('D3-02 openssl s_client %s never resumes a session', async version => {
    const first = await openssl(GET, version, '-sess_out', 'session.pem');
    expect(first).toContain('HTTP/1.1 409');
    expect(first).toMatch(/^New, TLSv1\.[23]/m);
    // In 1.2 there is a session object in any case; in 1.3 only where the server has sent a ticket.
    const second = await openssl(GET, version, '-sess_in', 'session.pem');
    expect(second).not.toMatch(/^Reused/m);
    if (!second.includes('session.pem')) expect(second).toMatch(/^New, TLSv1\.[23]/m);
  });

  test('a Node client that offers its session is not resumed either, nor is the answer kept open', async () => {
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const reused: boolean[] = [];
      let session: Buffer | undefined;
      for (let round = 0; round < 3; round += 1) {
        await new Promise<void>((resolve, reject) => {
          const { port, ca } = gateway;
          const socket = connect({ host: '127.0.0.1', port, servername: CARD_HOST, ca, maxVersion, session });
          socket.on('session', offered => (session = offered));
          socket.on('secureConnect', () => {
            reused.push(socket.isSessionReused());
            socket.write(GET);
          });
          socket
            .on('data', () => undefined)
            .on('error', reject)
            .on('close', () => resolve());
        });
      }
      expect([maxVersion, ...reused]).toEqual([maxVersion, false, false, false]);
    }
  });

  test('curl finds its connection closed between two requests', async () => {
    const url = `https://${CARD_HOST}:${gateway.port}/login/tls`;
    const { stderr } = await run(
      'curl',
      [
        ...['-sv', '--http1.1', '--cacert', 'ca.pem', '--cert', 'card.pem', '--key', 'card.key', '-o', '/dev/null'],
        ...[
          '--resolve',
          `${CARD_HOST}:${gateway.port}:127.0.0.1`,
          '-H',
          `Host: ${CARD_HOST}`,
          url,
          '-o',
          '/dev/null',
          url,
        ],
      ],
      { cwd: folder, encoding: 'utf8', timeout: 15_000 },
    );
    expect(stderr.match(/< Connection: close/gi)).toHaveLength(2);
    // It offers the session that it had, and is asked for the card all the same.
    expect(stderr.match(/handshake, Request CERT/g)).toHaveLength(2);
    expect(stderr).not.toMatch(/re-using existing connection/i);
  });

  test('what follows a request on its connection is not read', async () => {
    const answer = await speak(GET + GET + GET);
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(answer).toMatch(/^Connection: close\r$/m);
  });

  test.each(['nothing', '', '100-continue, nothing', '100-continue'])(
    'nor is a connection kept by an expectation (%s), with a ticket behind it',
    async expectation => {
      const { pathname, search } = new URL(await gateway.begin(gateway.portal.browser()));
      const first = `GET / HTTP/1.1\r\nHost: ${CARD_HOST}\r\nExpect: ${expectation}\r\n\r\n`;
      const answer = await speak(`${first}GET ${pathname}${search} HTTP/1.1\r\nHost: ${CARD_HOST}\r\n\r\n`);
      expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual([`HTTP/1.1 ${expectation === '100-continue' ? 404 : 417}`]);
      expect(answer).toMatch(/^Connection: close\r$/m);
      expect(answer).toMatch(/^Strict-Transport-Security: /m);
    },
  );

  test('a connection on which no request comes ends by itself, unanswered', async () => {
    const impatient = await startCardHost([], { requestHeadMs: 250 });
    const { port, ca } = impatient;
    // Node's own check comes every five seconds, and answers 408.
    expect(await speak('', { port, ca })).toBe('');
    expect(await speak(GET.slice(0, -2), { port, ca })).toBe('');
    await impatient.close();
  });

  test('a certificate cannot be changed half-way (renegotiation, TLS 1.2)', async () => {
    const { port, ca } = gateway;
    const outcome = await new Promise<string>(resolve => {
      const socket = connect({ host: '127.0.0.1', port, servername: CARD_HOST, ca, maxVersion: 'TLSv1.2' });
      socket.on('secureConnect', () => {
        socket.renegotiate({}, fault => {
          resolve(fault === null ? 'renegotiated' : 'refused');
          socket.destroy();
        });
      });
      socket.on('error', () => resolve('refused'));
    });
    expect(outcome).toBe('refused');
  });
});

describe('the handshake asks for a card and takes what comes', () => {
  test.each(['-tls1_2', '-tls1_3'])('it names the CAs whose certificates are meant (%s)', async version => {
    const said = await openssl(GET, version);
    expect(said).toContain('Acceptable client certificate CA names');
    expect(Buffer.from(said, 'utf8').toString('utf8')).toMatch(/CA names\n(?:.*\n)*?.*(?:O ?= ?|\\E8\\A1\\8C)/);
  });

  test('other CAs, after the trust has been read anew', async () => {
    const { world, listener, service, ca } = gateway;
    listener.renew({ ...service, issuers: [ca] });
    expect(await openssl(GET)).toMatch(/CA names\nCN ?= ?moica-gateway demo TLS CA\n/);
    listener.renew({ ...service, issuers: [world.authority.cas['moica-g2'].certificate.pem] });
    const after = await openssl(GET);
    expect(after).not.toContain('CN = moica-gateway demo TLS CA\nRequested');
    expect(after).toContain('HTTP/1.1 409');
    // The floor of protocols and ciphers stands as well.
    expect(await openssl(GET, '-tls1_2', '-cipher', 'AES128-SHA')).not.toContain('HTTP/1.1');
  });

  test('without a certificate there is an answer, not a TLS alert', async () => {
    expect(statusOf(await speak(GET))).toBe(409);
    expect(statusOf(await speak(GET, { maxVersion: 'TLSv1.2' }))).toBe(409);
  });

  test('HTTP/1.1 only: a client that offers nothing but h2 is refused, one that offers both gets 1.1', async () => {
    await expect(speak(GET, { ALPNProtocols: ['h2'] })).rejects.toThrow(/alert|no application protocol/i);
    expect(statusOf(await speak(GET, { ALPNProtocols: ['h2', 'http/1.1'] }))).toBe(409);
    expect(await speak('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')).toMatch(/^HTTP\/1\.1 (400|505)/);
  });

  test.each(['TLSv1', 'TLSv1.1'] as const)('no %s', async maxVersion => {
    await expect(speak(GET, { minVersion: 'TLSv1', maxVersion })).rejects.toThrow();
  });

  test('plain HTTP gets no answer of an application', async () => {
    const said = await new Promise<string>(resolve => {
      let text = '';
      const socket = createConnection({ host: '127.0.0.1', port: gateway.port }, () => socket.write(GET));
      socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
      socket.on('error', () => undefined).on('close', () => resolve(text));
    });
    expect(said).not.toContain('Client certificate');
    expect(said).not.toContain('challenge');
  });
});

describe('requests are read as strictly as on the public listener', () => {
  test.each<[string, number, string]>([
    ['a foreign authority', 421, 'GET /login/tls HTTP/1.1\r\nHost: portal.gateway.test\r\n\r\n'],
    ['a system’s authority', 421, 'GET /login/tls HTTP/1.1\r\nHost: company.gateway.test\r\n\r\n'],
    ['our name at another port', 421, `GET /login/tls HTTP/1.1\r\nHost: ${CARD_HOST}:8443\r\n\r\n`],
    ['our name with a dot', 421, `GET /login/tls HTTP/1.1\r\nHost: ${CARD_HOST}.\r\n\r\n`],
    ['an address', 421, 'GET /login/tls HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'],
    ['a foreign authority and an expectation', 421, 'GET / HTTP/1.1\r\nHost: evil.test\r\nExpect: nothing\r\n\r\n'],
    ['no host', 400, 'GET /login/tls HTTP/1.1\r\n\r\n'],
    ['two hosts', 400, `GET /login/tls HTTP/1.1\r\nHost: ${CARD_HOST}\r\nHost: ${CARD_HOST}\r\n\r\n`],
    ['the absolute form', 409, `GET https://${CARD_HOST}/login/tls HTTP/1.1\r\nHost: ${CARD_HOST}\r\n\r\n`],
    ['another’s absolute form', 400, `GET https://portal.gateway.test/ HTTP/1.1\r\nHost: ${CARD_HOST}\r\n\r\n`],
    ['an absolute form of plain HTTP', 400, `GET http://${CARD_HOST}/ HTTP/1.1\r\nHost: ${CARD_HOST}\r\n\r\n`],
    ['TRACE', 405, `TRACE / HTTP/1.1\r\nHost: ${CARD_HOST}\r\n\r\n`],
    ['POST', 405, `POST /login/tls HTTP/1.1\r\nHost: ${CARD_HOST}\r\nContent-Length: 0\r\n\r\n`],
    ['HEAD', 405, `HEAD /login/tls HTTP/1.1\r\nHost: ${CARD_HOST}\r\n\r\n`],
    ['dots', 400, `GET /x/../login/tls HTTP/1.1\r\nHost: ${CARD_HOST}\r\n\r\n`],
    [
      'a length and chunks',
      400,
      `GET / HTTP/1.1\r\nHost: ${CARD_HOST}\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['a head beyond 16 KiB', 431, `GET / HTTP/1.1\r\nHost: ${CARD_HOST}\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`],
    ['101 fields', 431, `GET / HTTP/1.1\r\nHost: ${CARD_HOST}\r\n${'X: a\r\n'.repeat(100)}\r\n`],
    [
      'an upgrade',
      409,
      `GET /login/tls HTTP/1.1\r\nHost: ${CARD_HOST}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    ],
  ])('%s → %i, and the connection closes', async (_name, status, text) => {
    expect(statusOf(await speak(text))).toBe(status);
  });
});
