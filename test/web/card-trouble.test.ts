import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ComponentTrouble } from '../../src/web/islands/component-codes.ts';
import { COMPONENT_STATE_STORIES } from '../../src/web/texts/stories/stories.ts';
import { openTestPortal, setCookies, type TestPortal } from './support/portal.ts';

/** The page tells the portal that a step of the card failed: its word, closed in vocabulary, limited by address. */

const LIMIT = 60;
const PATH = '/login/card/trouble';
const TROUBLES = {
  request: true,
  driver: true,
  timeout: true,
  outdated: true,
  version: true,
  card: true,
  signing: true,
  'signature-type': true,
  'soft-certificate': true,
  'other-service': true,
  'malformed-reply': true,
  'unknown-code': true,
} satisfies Record<ComponentTrouble, true>;

let portal: TestPortal;
beforeAll(async () => {
  portal = await openTestPortal({ limits: { 'trouble-report': LIMIT } });
});
afterAll(() => portal.close());

const send = (body: object) => portal.browser().postJson(PATH, body);
const events = (code: 'card.trouble-reported' | 'address.held-back') =>
  portal.context.database.events.listEvents({ code, limit: 200 });

describe('trouble with a card, as the page reports it', () => {
  test('is an event that is marked as the client’s word, of nobody', async () => {
    const report = { purpose: 'login', state: 'pin-wrong', retCode: 0x76100006, lastError: 0x80000002 };
    const answer = await send({ ...report, componentVersion: '1.3.4.103349' }).expect(204);
    expect(answer.text).toBe('');
    expect(setCookies(answer)).toEqual([]);
    const [event] = await events('card.trouble-reported');
    expect(event).toMatchObject({ actor: { kind: 'unidentified' }, accountId: null, clientAddress: '127.0.0.1' });
    expect(event?.facts).toEqual({
      reportedByClient: true,
      purpose: 'login',
      state: 'pin-wrong',
      retCode: '0x76100006',
      lastError: '0x80000002',
      componentVersion: '1.3.4.103349',
    });
  });

  test('tells whose browser it was, and is nobody’s act: it is the client’s word', async () => {
    const cookie = await portal.logIn();
    await send({ purpose: 'sign', state: 'no-card' }).set('Cookie', cookie).expect(204);
    const { id } = portal.account;
    const [event] = await events('card.trouble-reported');
    expect(event).toMatchObject({ actor: { kind: 'unidentified' }, accountId: id });
    expect(event?.facts['reportedByClient']).toBe(true);
  });

  test('knows every state and trouble of the pages', async () => {
    // The way to the portal itself cannot be told; without cookies no card is used.
    const states = Object.keys(COMPONENT_STATE_STORIES).filter(
      name => !name.includes('.') && name !== 'portal-unreachable' && name !== 'cookies-off',
    );
    for (const state of states) await send({ purpose: 'bind', state }).expect(204);
    for (const trouble of Object.keys(TROUBLES)) {
      await send({ purpose: 'sign', state: 'component-error', trouble, retCode: 0, lastError: 0 }).expect(204);
    }
    expect(await events('card.trouble-reported')).toHaveLength(2 + states.length + Object.keys(TROUBLES).length);
  });

  const sound = { purpose: 'login', state: 'no-card' };
  test.each<[string, object]>([
    ['nothing', {}],
    ['no purpose', { state: 'no-card' }],
    ['another state', { ...sound, state: 'all-is-well' }],
    ['another purpose', { ...sound, purpose: 'confirm' }],
    ['another trouble', { ...sound, trouble: 'x' }],
    ['a reader’s name', { ...sound, reader: 'CASTLES EZ100PU 0' }],
    ['a card number', { ...sound, cardSN: 'MT00000000000001' }],
    ['a PIN', { ...sound, pin: '246810' }],
    ['a code that is text', { ...sound, retCode: '1979711494' }],
    ['a negative code', { ...sound, retCode: -1 }],
    ['a code beyond 32 bits', { ...sound, lastError: 2 ** 32 }],
    ['a version that is words', { ...sound, componentVersion: '<b>1.3.4.5</b>' }],
    ['a version without end', { ...sound, componentVersion: `1.${'9'.repeat(60)}` }],
    ['a list', [sound]],
  ])('%s is not taken', async (_case, body) => {
    const before = await events('card.trouble-reported');
    const answer = await send(body).expect(400);
    expect(answer.body).toMatchObject({ code: 'request-malformed' });
    expect(await events('card.trouble-reported')).toHaveLength(before.length);
  });

  test('from another origin, or as a form, it is refused', async () => {
    await portal.browser().agent.post(PATH).set('Origin', 'https://evil.test').send(sound).expect(403);
    await portal.browser().agent.post(PATH).set('Origin', portal.origin).type('form').send(sound).expect(415);
  });

  test('beyond the limit of its address it is dropped without a word, and that is recorded once', async () => {
    for (let sent = 0; sent < LIMIT + 5; sent += 1) await send(sound).expect(204);
    expect(await events('card.trouble-reported')).toHaveLength(LIMIT);
    const heldBack = await events('address.held-back');
    expect(heldBack.map(({ facts }) => facts['act'])).toEqual(['trouble-report']);
  });
});
