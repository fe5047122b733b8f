import { X509Certificate } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadIssued, saveIssued } from '../authority/authority-folder.ts';
import type { IssuedCertificate } from '../authority/certificate.ts';
import { issueServerCertificate } from '../authority/tls-authority.ts';
import { layOutGateway, type BareGateway } from './bare-gateway.ts';

const listenSchema = z.object({
  listen: z.object({ public: z.object({ port: z.int() }), card: z.object({ port: z.int() }) }),
});

let gateway: BareGateway;
beforeAll(async () => {
  gateway = await layOutGateway();
});
afterAll(() => gateway.close());

/** Fingerprint of the certificate that a listener shows to a new connection. */
function shownAt(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerX509Certificate()?.fingerprint256 ?? 'none');
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

test('SIGHUP takes certificates that a start would take, both or none, whatever becomes of the trust folder', async () => {
  const { folder } = gateway;
  const { listen } = listenSchema.parse(parse(readFileSync(folder.configuration, 'utf8')));
  const shown = () => Promise.all([shownAt(listen.public.port), shownAt(listen.card.port)]);
  const authority = await loadIssued(folder.tls, 'ca');
  /** A new certificate for the hosts of the one that lies there, and for others. */
  const issueLike = async (name: 'server' | 'card', ...others: string[]) => {
    const { subjectAltName = '' } = new X509Certificate(readFileSync(join(folder.tls, `${name}.pem`)));
    const [first = '', ...rest] = subjectAltName.split(', ').map(entry => entry.replace('DNS:', ''));
    return issueServerCertificate(authority, [first, ...rest, ...others], new Date());
  };
  const put = (name: 'server' | 'card', issued: IssuedCertificate) => saveIssued(folder.tls, name, issued);
  const prints = (...issued: IssuedCertificate[]) =>
    issued.map(({ certificate }) => new X509Certificate(certificate.pem).fingerprint256);

  const program = await gateway.start();
  /** What the log says of one SIGHUP. */
  const readAnew = async () => {
    const before = readFileSync(folder.log, 'utf8').length;
    const said = () => readFileSync(folder.log, 'utf8').slice(before);
    program.kill('SIGHUP');
    await vi.waitUntil(() => said().includes('server certificates'), { timeout: 30_000 });
    return said();
  };
  const first = await shown();

  const [server, card] = await Promise.all([issueLike('server'), issueLike('card')]);
  await put('server', server);
  await put('card', await issueLike('card', new URL(gateway.portal).hostname));
  const refused = await readAnew();
  expect(refused).toContain('The trust folder was read anew.');
  expect(refused).toContain('The server certificates cannot be used as they are; those before stay.');
  expect(refused).toContain('card.tls.certificate: must name the card host alone');
  expect(await shown()).toEqual(first);

  const stray = join(folder.trust, 'stray.pem');
  writeFileSync(stray, 'nothing');
  await put('card', card);
  const taken = await readAnew();
  expect(taken).toContain('The trust folder cannot be used as it is; the trust before stays.');
  expect(taken).toContain('The server certificates were read anew.');
  expect(await shown()).toEqual(prints(server, card));
  rmSync(stray);

  const { keyPair } = await issueLike('server');
  writeFileSync(join(folder.tls, 'server.key'), keyPair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  expect(await readAnew()).toContain('tls.key: does not belong to tls.certificate');
  expect(await shown()).toEqual(prints(server, card));
}, 120_000);
