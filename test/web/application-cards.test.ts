import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { claimedSigner, signedDataFailure } from '../../src/pki/signed-data/verify-signed-data.ts';
import { parseSignedData } from '../../src/pki/signed-data/signed-data.ts';
import { issueCitizenCertificate } from '../authority/end-entity.ts';
import { decide, numberIn, submit, versionOf, wellFilled } from './support/applications.ts';
import { openCardWorld, signWithCard, type CardWorld } from './support/cards.ts';
import { openTestDesk, type Seat, type TestDesk } from './support/desk.ts';
import type { Browser } from './support/portal.ts';

type Card = Awaited<ReturnType<CardWorld['issueCard']>>;

let world: CardWorld;
let desk: TestDesk;
let headsCard: Card;
let freeCard: Card;
beforeAll(async () => {
  world = await openCardWorld();
  desk = await openTestDesk({ trust: world.trust });
  headsCard = await world.issueCard();
  await world.bindCard(desk.portal.context, desk.people.head, headsCard);
  freeCard = await issueTo('示範未有帳號者', '0000000987654321', '4321');
});
afterAll(() => desk.portal.close());

function issueTo(name: string, serialNumber: string, idLastFour: string): Promise<Card> {
  return issueCitizenCertificate(world.authority.cas['moica-g2'], { name, serialNumber, idLastFour }, 'sign');
}

const reads = () => desk.portal.context.database.applications;

describe('a decision signed by card (issue, point 2)', () => {
  async function aboutToSign(note = '同意'): Promise<{ number: string; chief: Seat; path: string }> {
    const number = await submit(desk, await desk.as(desk.people.user), 'D-06-09', desk.people.user);
    const chief = await desk.as(desk.people.head);
    const version = await versionOf(desk, number);
    const path = `/applications/${number}`;
    const asked = await chief.send(`${path}/decide`, { do: 'sign', result: 'approve', note, version });
    expect(asked.headers['location']).toBe(`${path}/sign`);
    return { number, chief, path };
  }
  const challenge = async (chief: Seat, path: string) => {
    const { body } = (await chief.sendJson(`${path}/sign/challenge`, {})) as { body: Record<string, string> };
    return { challengeId: body['challengeId'] ?? '', tbs: body['tbs'] ?? '' };
  };

  test('the text carries the sheet; the CMS is kept with the act and verifies', async () => {
    const { number, chief, path } = await aboutToSign('同意，已核對派令');
    const page = await chief.open(`${path}/sign`);
    expect(page.text).toContain('同意，已核對派令');
    const { challengeId, tbs } = await challenge(chief, path);
    expect(tbs).toMatch(/^moica-gw\.v1\.sign\.[0-9a-f]{64}\./);
    const answered = await chief.sendJson(`${path}/sign/card`, { challengeId, ...signWithCard(headsCard, tbs) });
    expect(answered.body).toEqual({ next: path });
    const application = await reads().findApplicationByNumber(number);
    expect(application?.stage).toBe('execution');
    const act = (await reads().listActs(application?.id ?? '')).at(-1);
    expect(act).toMatchObject({ kind: 'approve', note: '同意，已核對派令' });
    const parsed = parseSignedData(act?.signature ?? new Uint8Array());
    if (!parsed.ok) expect.fail(parsed.failure.code);
    const signer = claimedSigner(parsed.signedData);
    if (!signer.ok) expect.fail(signer.failure.code);
    expect(signedDataFailure(parsed.signedData, signer.certificate, Buffer.from(tbs, 'ascii'))).toBeUndefined();
    expect((await chief.open(path)).text).toContain('憑證簽章');
  });

  test('strangers at the same address stop no signature; the signer’s own acts are counted by his account', async () => {
    const { context } = desk.portal;
    const { chief, path } = await aboutToSign();
    const office = { clientAddress: '127.0.0.1' };
    const signer = { accountId: desk.people.head.id };
    for (let times = 0; times < 601; times += 1) await context.limits.count('challenge', office);
    for (let times = 0; times < 61; times += 1) await context.limits.count('card-proof', office);
    const { challengeId, tbs } = await challenge(chief, path);
    const answered = await chief.sendJson(`${path}/sign/card`, { challengeId, ...signWithCard(headsCard, tbs) });
    expect(answered.body).toEqual({ next: path });

    const other = await aboutToSign();
    while ((await context.limits.count('challenge', signer)).retryAfterS === 0);
    const held = await other.chief.sendJson(`${other.path}/sign/challenge`, {});
    expect(held.status).toBe(429);
    expect(held.headers['set-cookie']).toBeUndefined();
    // Who goes on at that address here are strangers again.
    for (let times = 0; times < 601; times += 1) await context.limits.forgive('challenge', office);
    for (let times = 0; times < 61; times += 1) await context.limits.forgive('card-proof', office);
    for (let times = 0; times < 601; times += 1) await context.limits.forgive('challenge', signer);
  });

  test('another person’s card, another text and a signature used twice decide nothing', async () => {
    const { number, chief, path } = await aboutToSign();
    const first = await challenge(chief, path);
    const byOther = { challengeId: first.challengeId, ...signWithCard(freeCard, first.tbs) };
    expect((await chief.sendJson(`${path}/sign/card`, byOther)).status).toBe(409);
    const good = { challengeId: first.challengeId, ...signWithCard(headsCard, first.tbs) };
    expect((await chief.sendJson(`${path}/sign/card`, good)).status).toBe(409);
    const second = await challenge(chief, path);
    const otherText = { challengeId: second.challengeId, ...signWithCard(headsCard, first.tbs) };
    expect((await chief.sendJson(`${path}/sign/card`, otherText)).status).toBe(409);
    expect((await reads().findApplicationByNumber(number))?.stage).toBe('head-review');
  });

  test('a challenge of another decision does not serve: the note is part of the sheet', async () => {
    const { number, chief, path } = await aboutToSign('同意');
    const { challengeId, tbs } = await challenge(chief, path);
    const version = await versionOf(desk, number);
    await chief.send(`${path}/decide`, { do: 'sign', result: 'refuse', note: '不同意', version });
    const answered = await chief.sendJson(`${path}/sign/card`, { challengeId, ...signWithCard(headsCard, tbs) });
    expect(answered.status).toBe(409);
    expect((await reads().findApplicationByNumber(number))?.status).toBe('in-review');
  });

  test('decided by somebody else meanwhile: nothing is signed', async () => {
    const { number, chief, path } = await aboutToSign();
    const { challengeId, tbs } = await challenge(chief, path);
    expect((await decide(desk, await desk.as(desk.people.deputy), number, 'return', '請補')).status).toBe(303);
    const answered = await chief.sendJson(`${path}/sign/card`, { challengeId, ...signWithCard(headsCard, tbs) });
    expect(answered.status).toBe(409);
    expect((await chief.sendJson(`${path}/sign/challenge`, {})).status).toBe(409);
  });
});

describe('applying by card without an account (issue, point 2)', () => {
  async function enter(card: Card, browser: Browser = desk.portal.browser()) {
    const { body } = (await browser.postJson('/apply/card/challenge', {})) as { body: Record<string, string> };
    const { challengeId, tbs = '' } = body;
    return { browser, tbs, answer: await browser.postJson('/apply/card', { challengeId, ...signWithCard(card, tbs) }) };
  }

  test('he signs, fills in for himself, and sees his own applications alone', async () => {
    const { browser, tbs, answer } = await enter(freeCard);
    expect(tbs).toMatch(/^moica-gw\.v1\.apply\./);
    expect(answer.body).toEqual({ next: '/apply/applications' });
    const form = await browser.get('/apply/applications/new/D-06-09');
    expect(form.text).toContain('示範未有帳號者');
    const token = /name="token" value="([\w-]{43})"/.exec(form.text)?.[1] ?? '';
    const fields = {
      ...wellFilled(desk, 'D-06-09', desk.people.user),
      token,
      organisation: desk.people.county.id,
      change: 'add',
      name: '示範未有帳號者',
      idLastFour: '4321',
      title: '科員',
      phone: '02-0000-0000',
      email: 'no.account@example.gov.tw',
      wishedLoginName: 'no.account',
      unit: 'commerce',
      do: 'submit',
    };
    const sent = await browser.postForm('/apply/applications/new/D-06-09', fields);
    expect(sent.status, [...sent.text.matchAll(/href="#([^"]+)"/g)].join()).toBe(303);
    const number = numberIn(sent.headers['location']);
    expect((await browser.get('/apply/applications')).text).toContain(number);
    expect((await browser.get(`/apply/applications/${number}/print`)).text).toContain('第 1 頁');
    const foreign = await submit(desk, await desk.as(desk.people.user), 'D-06-11', desk.people.user);
    expect((await browser.get(`/apply/applications/${foreign}`)).status).toBe(404);
    // No session: neither the desk nor a system opens.
    for (const path of ['/', '/applications', '/accounts']) expect((await browser.get(path)).status).not.toBe(200);
    await browser.postForm('/apply/leave', { token });
    expect((await browser.get('/apply/applications')).status).not.toBe(200);
  });

  test('a card that has an account is sent to the login', async () => {
    const { answer } = await enter(headsCard);
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ code: 'application-card-has-account' });
  });

  test('a login challenge does not serve, nor the other way round', async () => {
    const browser = desk.portal.browser();
    const { body } = (await browser.postJson('/login/card/challenge', {})) as { body: Record<string, string> };
    const proof = { challengeId: body['challengeId'], ...signWithCard(freeCard, body['tbs'] ?? '') };
    expect((await browser.postJson('/apply/card', proof)).body).toMatchObject({ code: 'challenge-of-another-purpose' });
  });

  test('a revoked card applies for nothing', async () => {
    const card = await issueTo('示範廢止者', '0000000555555555', '5555');
    world.revokeCard(card, new Date(Date.now() - 3_600_000));
    const { browser, answer } = await enter(card);
    expect(answer.body).toMatchObject({ code: 'certificate-revoked' });
    expect((await browser.get('/apply/applications')).status).not.toBe(200);
  });
});
