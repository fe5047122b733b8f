import { once } from 'node:events';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createOcspClient, type OcspClient } from '../../../src/adapters/revocation/ocsp-client.ts';
import { parseCertificate, type Certificate } from '../../../src/pki/certificate.ts';
import { createAuthority, type Authority } from '../../authority/authority.ts';
import { revoke } from '../../authority/certificate-authority.ts';
import { issueCitizenCertificate } from '../../authority/end-entity.ts';
import { parseOcspRequest } from '../../authority/ocsp-request.ts';
import { answerOcspRequest } from '../../authority/ocsp-response.ts';
import { findFreePort } from '../../../scripts/demo-parts/ports.ts';

const HOLDER = { name: '示範王小明', serialNumber: '0000000123456789', idLastFour: '6789' };

let server: Server;
let host: string;
let authority: Authority;
let issuer: Certificate;
let leaf: Certificate;
let respond: (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;
let asked: { method: string | undefined; type: string | undefined; url: string | undefined }[] = [];
const clients: OcspClient[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const { method, url, headers } = request;
    asked.push({ method, type: headers['content-type'], url });
    void request.toArray().then(chunks => respond(request, response, Buffer.concat(chunks as Buffer[])));
  });
  const port = await findFreePort();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  host = `127.0.0.1:${port}`;
  authority = await createAuthority({ origin: `http://${host}` });
  issuer = parsed(authority.cas['moica-g2'].certificate.der);
  leaf = parsed((await issueCitizenCertificate(authority.cas['moica-g2'], HOLDER, 'sign')).certificate.der);
});
afterEach(async () => {
  asked = [];
  for (const client of clients.splice(0)) await client.close();
});
afterAll(() => server.close());

function parsed(der: Uint8Array): Certificate {
  const result = parseCertificate(der);
  if (!result.ok) throw new Error(result.failure.reason);
  return result.certificate;
}

function openClient(options: { hosts?: readonly string[]; allowPrivateAddresses?: boolean } = {}) {
  const problems: string[] = [];
  const client = createOcspClient({
    hosts: [host],
    allowPrivateAddresses: true,
    certIdHash: 'sha1',
    onProblem: (_, problem) => problems.push(problem),
    ...options,
  });
  clients.push(client);
  return { problems, ask: () => client.ask([{ certificate: leaf, issuer }]) };
}

/** As the demo's responder answers. */
const soundly: typeof respond = (_, response, body) => {
  const request = parseOcspRequest(body);
  if (request === null) throw new Error('no request');
  response.writeHead(200, { 'content-type': 'application/ocsp-response' });
  response.end(answerOcspRequest(request, Object.values(authority.cas), { now: new Date() }));
};

describe('asking a responder (RFC 6960 appendix A.1)', () => {
  test('by POST, at the address in the certificate; the nonce comes back', async () => {
    respond = soundly;
    const [evidence] = await openClient().ask();
    expect(asked).toEqual([{ method: 'POST', type: 'application/ocsp-request', url: '/OCSP' }]);
    expect(evidence?.parsed.ok).toBe(true);
    expect(evidence?.nonce).toHaveLength(32);
    const nonce = evidence?.parsed.ok === true ? evidence.parsed.response.nonce : undefined;
    expect(Buffer.from(nonce ?? []).subarray(2)).toEqual(evidence?.nonce);
  });

  test('an answer that is no response is evidence of its own', async () => {
    respond = (_, response) => response.writeHead(200, { 'content-type': 'application/ocsp-response' }).end('oops');
    expect(await openClient().ask()).toMatchObject([{ parsed: { ok: false, failure: { code: 'ocsp-malformed' } } }]);
  });

  test.each<[string, Parameters<typeof openClient>[0]]>([
    ['a host that is not configured', { hosts: ['ocsp.example.tw'] }],
    ['another port of a configured host', { hosts: ['127.0.0.1'] }],
    ['a loopback address, unless configured', { allowPrivateAddresses: false }],
  ])('never %s', async (_, options) => {
    respond = soundly;
    expect(await openClient(options).ask()).toEqual([]);
    expect(asked).toEqual([]);
  });

  test.each<[string, typeof respond, string]>([
    ['an error status', (_, response) => response.writeHead(500).end(), 'answered with status 500'],
    [
      'another content type',
      (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
      'text/html',
    ],
    [
      'a redirect',
      (_, response) => response.writeHead(307, { location: '/elsewhere' }).end(),
      'answered with status 307',
    ],
    [
      'more than 64 KiB',
      (_, response) =>
        response.writeHead(200, { 'content-type': 'application/ocsp-response' }).end(Buffer.alloc(70_000)),
      'larger than',
    ],
    ['an error status with a page of 1 MB', (_, response) => response.writeHead(500).end(Buffer.alloc(1_000_000)), ''],
    ['a connection that is cut', request => request.socket.destroy(), ''],
    ['nothing within three seconds', () => undefined, 'timeout'],
  ])('%s brings no answer, and is told', async (_, hostile, problem) => {
    respond = hostile;
    const client = openClient();
    expect(await client.ask()).toEqual([]);
    expect(client.problems).toHaveLength(1);
    expect(client.problems[0]).toContain(problem);
    expect(asked).toHaveLength(1);
  });
});

describe("openssl's own responder", () => {
  let folder: string;
  let responder: ChildProcess | undefined;
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'gateway-ocsp-'))));
  afterAll(() => {
    responder?.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  test('answers our request, and we read what it says', async () => {
    const port = await findFreePort();
    const world = await createAuthority({ origin: `http://127.0.0.1:${port}` });
    const ca = world.cas['moica-g2'];
    const issue = async () => (await issueCitizenCertificate(ca, HOLDER, 'sign')).certificate;
    const [good, revoked, unknown] = [await issue(), await issue(), await issue()];
    revoke(ca, revoked.serialNumber, { at: new Date() });
    const line = (flag: string, serial: string) =>
      [flag, '301231000000Z', flag === 'R' ? '260501000000Z,keyCompromise' : '', serial, 'unknown', '/CN=x'].join('\t');
    writeFileSync(join(folder, 'index'), `${line('V', good.serialNumber)}\n${line('R', revoked.serialNumber)}\n`);
    writeFileSync(join(folder, 'ca.pem'), ca.certificate.pem);
    writeFileSync(join(folder, 'responder.pem'), ca.responder.certificate.pem);
    const key = ca.responder.keyPair.privateKey.export({ type: 'pkcs8', format: 'pem' });
    writeFileSync(join(folder, 'responder.key'), key, { mode: 0o600 });
    const args = ['-index', 'index', '-CA', 'ca.pem', '-rsigner', 'responder.pem', '-rkey', 'responder.key'];
    responder = spawn('openssl', ['ocsp', '-port', String(port), ...args, '-ndays', '1', '-ignore_err'], {
      cwd: folder,
    });
    await listening(port);

    for (const certIdHash of ['sha1', 'sha256'] as const) {
      const hosts = [`127.0.0.1:${port}`];
      const problems: string[] = [];
      const onProblem = (_: string, problem: string) => problems.push(problem);
      const client = createOcspClient({ hosts, allowPrivateAddresses: true, certIdHash, onProblem });
      clients.push(client);
      const said: string[] = [];
      for (const { der } of [good, revoked, unknown]) {
        // One after the other: this responder serves one connection at a time.
        const [evidence] = await client.ask([{ certificate: parsed(der), issuer: parsed(ca.certificate.der) }]);
        said.push(evidence?.parsed.ok === true ? (evidence.parsed.response.responses[0]?.certStatus.status ?? '') : '');
      }
      expect(problems).toEqual([]);
      expect(said).toEqual(['good', 'revoked', 'unknown']);
    }
  });
});

async function listening(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const answered = await fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await wait(100);
  }
  throw new Error('openssl ocsp does not listen');
}
