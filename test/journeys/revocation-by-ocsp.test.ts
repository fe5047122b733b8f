import { X509Certificate } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { insertCard } from '../../scripts/demo-parts/cards.ts';
import { logInWithCard } from '../../scripts/demo-parts/log-in.ts';
import { createWebClient, type WebClient } from '../../scripts/demo-parts/web-client.ts';
import { personOf, startTemporaryDemo, type TemporaryDemo } from '../support/temporary-demo.ts';

const problemSchema = z.object({ code: z.string() });
const readySchema = z.object({
  ready: z.boolean(),
  trust: z.object({
    anchors: z.array(z.object({ notAfter: z.iso.datetime() })).min(1),
    crls: z.array(z.object({ ageMinutes: z.int() })).min(1),
  }),
});

let temporary: TemporaryDemo;

beforeAll(async () => {
  // CRLs are fetched at the start and then for hours no more: what happens later only the responder knows.
  temporary = await startTemporaryDemo({ ocspMode: 'first', refreshMinutes: 600 });
});
afterAll(() => temporary.close());

function newClient(): WebClient {
  return createWebClient(readFileSync(temporary.demo.ca));
}

async function logInAs(account: string): Promise<string> {
  const { portal, cardAgent: agent } = temporary.demo;
  await insertCard(temporary.folder.cards, account);
  const { pin } = personOf(temporary.demo, account);
  const { answer } = await logInWithCard(newClient(), { portal, agent, pin });
  return answer.status === 200 ? 'ok' : problemSchema.parse(JSON.parse(answer.text)).code;
}

function serialOf(account: string): string {
  return new X509Certificate(readFileSync(join(temporary.folder.cards, `${account}.pem`))).serialNumber;
}

function logLines(sentence: string): number {
  return readFileSync(temporary.folder.log, 'utf8').split(sentence).length - 1;
}

describe('a card that only OCSP knows to be revoked', () => {
  test('is refused at once, and opens again when it is reinstated', async () => {
    const { pki } = temporary.running;
    expect(await logInAs('county-user')).toBe('ok');
    pki.revoke('moica-g2', serialOf('county-user'), 'certificateHold');
    pki.revoke('moica-g3', serialOf('county-user'), 'certificateHold');
    expect(await logInAs('county-user')).toBe('certificate-revoked');
    pki.reinstate('moica-g2', serialOf('county-user'));
    pki.reinstate('moica-g3', serialOf('county-user'));
    expect(await logInAs('county-user')).toBe('ok');
  });
});

describe('the trust folder, read anew on SIGHUP', () => {
  test('one that is not as its manifest says changes nothing; the sound one is taken', async () => {
    const { gateway } = temporary.running;
    const extra = join(temporary.folder.trust, 'unlisted.pem');
    writeFileSync(extra, 'not listed');
    gateway.process.kill('SIGHUP');
    await vi.waitUntil(() => logLines('What was read anew cannot be used as it is') === 1, { timeout: 20_000 });
    expect(await logInAs('county-user')).toBe('ok');
    renameSync(extra, join(temporary.folder.root, 'unlisted.pem'));
    gateway.process.kill('SIGHUP');
    await vi.waitUntil(() => logLines('the trust folder were read anew') === 1, { timeout: 20_000 });
    expect(await logInAs('county-user')).toBe('ok');
  });

  test('/readyz tells the expiry of anchors and the age of CRLs', async () => {
    const answer = await fetch(`${temporary.demo.ops}/readyz`);
    expect(readySchema.parse(await answer.json()).ready).toBe(true);
  });
});

describe('the responder away', () => {
  test('current CRLs serve', async () => {
    await temporary.running.pki.close();
    expect(await logInAs('county-user')).toBe('ok');
    expect(logLines('An OCSP responder brought no answer.')).toBeGreaterThan(0);
  });
});
