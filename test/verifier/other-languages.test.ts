import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openKeyFolder } from '../../src/adapters/signing/key-folder.ts';
import { createAssertionSigner } from '../../src/flows/keys/assertion-signer.ts';
import { LANGUAGES, startVerifier, type RunningVerifier } from './languages.ts';
import {
  AUDIENCE,
  CLAIMS,
  DISPUTED_HEADERS,
  FOREIGN,
  HEADER,
  ISSUER,
  JWKS,
  jwkOf,
  NOW_S,
  OWN,
  signed,
  VECTORS,
} from './vectors.ts';

/** The portal's key set, which the tests change, and how often it was asked for. */
const portal = {
  body: '',
  status: 200,
  fetches: 0,
  broken: undefined as ((socket: Socket) => void) | undefined,
};
const server = createServer((_request, response) => {
  if (portal.broken !== undefined && response.socket !== null) {
    portal.broken(response.socket);
    return;
  }
  portal.fetches += 1;
  response.writeHead(portal.status, { location: '/elsewhere' }).end(portal.body);
});
let origin = '';
beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

describe.each(LANGUAGES)('the %s verifier (config/verifiers)', language => {
  let folder: string;
  let verifier: RunningVerifier;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'gateway-keys-'));
    verifier = startVerifier(language, folder);
  });
  afterAll(async () => {
    await verifier.end();
    rmSync(folder, { recursive: true });
  });

  test('says of every vector what moica-gateway/verifier says (D3-10, D1-001)', async () => {
    const said: string[] = [];
    for (const { id, assertion } of VECTORS) {
      const answer = await verifier.judge({
        id,
        jwks: JWKS,
        issuer: ISSUER,
        audience: AUDIENCE,
        now: NOW_S,
        assertion,
      });
      said.push(`${String(answer['id'])}: ${answer['ok'] === true ? 'believed' : String(answer['code'])}`);
    }
    expect(said).toEqual(VECTORS.map(({ id, verdict }) => `${id}: ${verdict}`));
  });

  test('believes nothing by a header about which JSON differs, and goes on', async () => {
    const asked = { issuer: ISSUER, audience: AUDIENCE, now: NOW_S, jwks: JWKS };
    for (const [index, header] of DISPUTED_HEADERS.entries()) {
      const answer = await verifier.judge({ ...asked, id: String(index), assertion: signed(header, CLAIMS, FOREIGN) });
      expect(['assertion-malformed', 'bad-signature']).toContain(answer['code']);
    }
  });

  test('believes what the gateway signs', async () => {
    const vault = await openKeyFolder(folder);
    const at = new Date(NOW_S * 1000);
    const key = { kid: await vault.make(), madeAt: at, signsFrom: at, publishedUntil: null };
    const database = { assertionKeys: { listKeys: () => Promise.resolve([key]) } };
    const signer = createAssertionSigner({ clock: { now: () => at }, database, vault });
    await signer.refresh();
    const assertion = await signer.sign({ ...CLAIMS, acr: 'card' });
    const asked = { id: '1', issuer: ISSUER, audience: AUDIENCE, now: NOW_S, assertion };
    expect(await verifier.judge({ ...asked, jwks: signer.jwks() })).toMatchObject({ ok: true, subject: CLAIMS.sub });
    expect(await verifier.judge({ ...asked, jwks: JWKS })).toMatchObject({ ok: false, code: 'unknown-key' });
  });

  test('hands out who the request is from', async () => {
    const assertion = signed(HEADER, { ...CLAIMS, name: '示範"𠮷\\', case: 'A-1' });
    expect(
      await verifier.judge({ id: '1', jwks: JWKS, issuer: ISSUER, audience: AUDIENCE, now: NOW_S, assertion }),
    ).toEqual({
      id: '1',
      ok: true,
      subject: CLAIMS.sub,
      name: '示範"𠮷\\',
      roles: ['case-handler'],
      unit: null,
      assurance: 'card',
      expiresAt: NOW_S + 60,
      case: 'A-1',
    });
  });

  test('fetches keys once, follows a rotation, and believes none for longer than an hour', async () => {
    const judge = async (afterS: number, kid: string, key = OWN): Promise<unknown> => {
      const iat = NOW_S + afterS;
      const assertion = signed({ ...HEADER, kid }, { ...CLAIMS, iat, exp: iat + 60 }, key);
      const jwks = `${origin}/.well-known/jwks.json`;
      const answer = await verifier.judge({ id: '1', jwks, issuer: ISSUER, audience: AUDIENCE, now: iat, assertion });
      return answer['ok'] === true ? 'believed' : answer['code'];
    };
    const publish = (...keys: object[]): void => {
      portal.body = JSON.stringify({ keys });
    };
    portal.fetches = 0;

    // Keys that could never be had let nobody in, and a portal that is away is not asked at every request.
    portal.status = 503;
    publish(jwkOf(OWN, 'own'));
    expect([await judge(0, 'own'), await judge(4, 'own'), portal.fetches]).toEqual([
      'keys-unavailable',
      'keys-unavailable',
      1,
    ]);
    // Nor are a redirection, too much, or what is no key set.
    portal.status = 302;
    expect(await judge(5, 'own')).toBe('keys-unavailable');
    portal.status = 200;
    publish(jwkOf(OWN, 'own', { later: 'x'.repeat(70_000) }));
    expect(await judge(10, 'own')).toBe('keys-unavailable');
    for (const [index, body] of ['', '[]', '{}', '{"keys":{}}', '<html>'].entries()) {
      portal.body = body;
      expect(await judge(15 + 5 * index, 'own')).toBe('keys-unavailable');
    }

    publish(jwkOf(OWN, 'own'));
    portal.fetches = 0;
    expect([await judge(100, 'own'), await judge(100, 'own'), portal.fetches]).toEqual(['believed', 'believed', 1]);
    // Made-up kids cost the portal one fetch in thirty seconds.
    expect([await judge(129, 'made-up'), await judge(129, 'other'), portal.fetches]).toEqual([
      'unknown-key',
      'unknown-key',
      1,
    ]);
    publish(jwkOf(OWN, 'own'), jwkOf(FOREIGN, 'next'));
    expect([await judge(130, 'next', FOREIGN), portal.fetches]).toEqual(['believed', 2]);
    // Withdrawn: noticed after ten minutes.
    publish(jwkOf(FOREIGN, 'next'));
    expect([await judge(729, 'own'), await judge(730, 'own'), portal.fetches]).toEqual(['believed', 'unknown-key', 3]);
    // The portal away: an hour.
    portal.status = 500;
    expect([await judge(730 + 3599, 'next', FOREIGN), await judge(730 + 3600, 'next', FOREIGN)]).toEqual([
      'believed',
      'keys-unavailable',
    ]);
    portal.status = 200;
    expect(await judge(730 + 3605, 'next', FOREIGN)).toBe('believed');
    // A clock that was ahead and is put right: of what was fetched nobody knows how old it is.
    publish(jwkOf(OWN, 'own'));
    expect([await judge(200, 'next', FOREIGN), await judge(200, 'own')]).toEqual(['unknown-key', 'believed']);
    portal.status = 500;
    expect(await judge(100, 'own')).toBe('keys-unavailable');
    portal.status = 200;
  });

  test('says that keys cannot be had where the portal answers half, or no HTTP', async () => {
    const keys = mkdtempSync(path.join(tmpdir(), 'gateway-keys-'));
    const other = startVerifier(language, keys);
    const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';
    const half = '{"keys":[ ';
    const answers: ((socket: Socket) => void)[] = [
      socket => socket.end('garbage\r\n\r\n'),
      socket => socket.end(`${head}Transfer-Encoding: chunked\r\n\r\n1f4\r\n${half}`),
      socket => socket.write(`${head}Content-Length: 500\r\n\r\n${half}`),
    ];
    const said: unknown[] = [];
    for (const [index, answer] of answers.entries()) {
      portal.broken = answer;
      const asked = { issuer: ISSUER, audience: AUDIENCE, now: NOW_S + 10 * index, assertion: signed(HEADER, CLAIMS) };
      said.push((await other.judge({ id: '1', jwks: `${origin}/.well-known/jwks.json`, ...asked }))['code']);
    }
    portal.broken = undefined;
    server.closeAllConnections();
    await other.end();
    rmSync(keys, { recursive: true });
    expect(said).toEqual(answers.map(() => 'keys-unavailable'));
  });
});
