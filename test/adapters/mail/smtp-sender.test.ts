import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, expect, test } from 'vitest';
import { createSmtpSender, type SmtpOptions } from '../../../src/adapters/mail/smtp-sender.ts';
import { findFreePort } from '../../../scripts/demo-parts/ports.ts';

const servers: SMTPServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise<void>(resolve => server.close(() => resolve()));
});

interface Received {
  readonly to: string[];
  readonly source: string;
}

async function startServer(options: SMTPServerOptions = {}): Promise<{ port: number; received: Received[] }> {
  const received: Received[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, session, done) => {
      let source = '';
      stream.on('data', (chunk: Buffer) => (source += chunk.toString('utf8')));
      stream.on('end', () => {
        received.push({ to: session.envelope.rcptTo.map(each => each.address), source });
        done();
      });
    },
    ...options,
  });
  // A client that hangs up is what some of these tests are about.
  server.on('error', () => undefined);
  servers.push(server);
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  return { port: (listening.address() as AddressInfo).port, received };
}

const options = (port: number, changes: Partial<SmtpOptions> = {}): SmtpOptions => ({
  host: '127.0.0.1',
  port,
  tls: 'none',
  from: '認證閘道 <gateway@example.gov.tw>',
  ...changes,
});
const MESSAGE = { id: '0e7', to: 'demo@example.gov.tw', subject: '業務帳號', body: '您好：\n請登入。' };

test('D1-165 a notice arrives as plain text, with its own Message-ID', async () => {
  const { port, received } = await startServer();
  expect(await createSmtpSender(options(port)).send(MESSAGE)).toEqual({ ok: true });
  expect(received).toHaveLength(1);
  expect(received[0]?.to).toEqual(['demo@example.gov.tw']);
  const source = received[0]?.source ?? '';
  expect(source).toContain('Message-ID: <0e7@example.gov.tw>');
  expect(source).toContain('Auto-Submitted: auto-generated');
  expect(source).toMatch(/^Content-Type: text\/plain; charset=utf-8/m);
  expect(Buffer.from(source.split('\r\n\r\n')[1] ?? '', 'base64').toString('utf8')).toContain('請登入。');
});

test('an address with a comma or a line end is never two recipients', async () => {
  const { port, received } = await startServer();
  for (const to of ['a@example.gov.tw, b@example.gov.tw', 'a@example.gov.tw\r\nBcc: b@example.gov.tw']) {
    await createSmtpSender(options(port)).send({ ...MESSAGE, to });
  }
  for (const { to, source } of received) {
    expect(to).toHaveLength(1);
    expect(source).not.toMatch(/^Bcc:/m);
  }
});

test.each([
  [550, true],
  [451, false],
])('a recipient refused with %i is final: %s', async (responseCode, isPermanent) => {
  const { port } = await startServer({
    onRcptTo: (_address, _session, done) => done(Object.assign(new Error('no such mailbox'), { responseCode })),
  });
  const outcome = await createSmtpSender(options(port)).send(MESSAGE);
  expect(outcome).toMatchObject({ ok: false, isPermanent, responseCode });
});

test('a login that is refused is tried again, and its password is in no message', async () => {
  const { port } = await startServer({
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: (_auth, _session, done) => done(new Error('wrong')),
  });
  const credentials = { user: 'gateway', password: 'open-sesame' };
  const outcome = await createSmtpSender(options(port, { credentials })).send(MESSAGE);
  expect(outcome).toMatchObject({ ok: false, isPermanent: false });
  expect(JSON.stringify(outcome)).not.toContain('open-sesame');
});

test('required STARTTLS that is not offered is no delivery', async () => {
  const { port, received } = await startServer();
  const outcome = await createSmtpSender(options(port, { tls: 'starttls' })).send(MESSAGE);
  expect(outcome).toMatchObject({ ok: false, isPermanent: false });
  expect(received).toEqual([]);
});

test('a certificate that nobody vouches for is no delivery', async () => {
  const { port, received } = await startServer({ secure: true });
  expect(await createSmtpSender(options(port, { tls: 'implicit' })).send(MESSAGE)).toMatchObject({ ok: false });
  expect(received).toEqual([]);
});

test('no server is a failure for now', async () => {
  const outcome = await createSmtpSender(options(await findFreePort())).send(MESSAGE);
  expect(outcome).toMatchObject({ ok: false, isPermanent: false, responseCode: null });
});
