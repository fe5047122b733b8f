import { describe, expect, test } from 'vitest';
import { isBackgroundPath, isPersonActivity, type RequestSigns } from '../../src/sessions/activity.ts';

const nothing: RequestSigns = {
  method: 'GET',
  fetchDestination: undefined,
  fetchMode: undefined,
  fetchUser: undefined,
  purpose: undefined,
  activity: undefined,
  accept: undefined,
  isUpgrade: false,
};

const PAGE: Partial<RequestSigns> = { fetchMode: 'navigate', fetchDestination: 'document', accept: 'text/html,*/*' };
const SCRIPT: Partial<RequestSigns> = { fetchMode: 'cors', fetchDestination: 'empty', accept: '*/*' };

describe('what counts as the person at work (D1-099)', () => {
  test.each<[string, Partial<RequestSigns>]>([
    ['opening a page', PAGE],
    ['opening a page by a script of the one before', { ...PAGE, fetchUser: undefined }],
    ['opening a page that a service worker fetches', { ...PAGE, fetchMode: 'same-origin' }],
    ['a click in a frame', { ...PAGE, fetchDestination: 'iframe', fetchUser: '?1' }],
    ['a click in a frameset', { ...PAGE, fetchDestination: 'frame', fetchUser: '?1' }],
    ['sending a form', { ...PAGE, method: 'POST' }],
    ['sending a form in a frame', { ...PAGE, method: 'POST', fetchDestination: 'iframe' }],
    ['a script that asks', SCRIPT],
    ['a script that writes', { ...SCRIPT, method: 'DELETE' }],
    ['a client that sends no signs', {}],
    ['a client that sends no signs and writes', { method: 'PUT' }],
    ['a page that names another activity', { ...SCRIPT, activity: 'foreground' }],
    ['a page that names what only begins alike', { ...SCRIPT, activity: 'backgrounds, background-sync' }],
    ['a script that asks another host without reading the answer', { ...SCRIPT, fetchMode: 'no-cors' }],
    ['a link that tells where it was clicked', { ...SCRIPT, method: 'POST', fetchMode: 'no-cors' }],
    ['a page that was fetched for another purpose', { ...PAGE, purpose: 'page-view' }],
  ])('%s does', (_what, signs) => {
    expect(isPersonActivity({ ...nothing, ...signs })).toBe(true);
  });

  test.each<[string, Partial<RequestSigns>]>([
    ['polling that says so', { ...SCRIPT, activity: 'background' }],
    ['polling that says so otherwise written', { ...SCRIPT, activity: ' Background ' }],
    ['polling that says so twice', { ...SCRIPT, activity: 'background, background' }],
    ['polling that says so among other things', { ...SCRIPT, activity: 'foreground,BACKGROUND' }],
    ['polling by POST that says so', { ...SCRIPT, method: 'POST', activity: 'background' }],
    ['polling without signs that says so', { activity: 'background' }],
    ['a page that loads itself anew and says so', { ...PAGE, activity: 'background' }],
    ['a WebSocket', { isUpgrade: true, fetchMode: 'websocket', fetchDestination: 'empty' }],
    ['a WebSocket of an old client', { isUpgrade: true }],
    ['a handshake without upgrade', { fetchMode: 'websocket', fetchDestination: 'websocket' }],
    ['server-sent events', { ...SCRIPT, accept: 'text/event-stream' }],
    ['server-sent events of an old client', { accept: 'Text/Event-Stream' }],
    ['server-sent events among others', { ...SCRIPT, accept: 'application/json, text/event-stream' }],
    ['server-sent events by POST', { ...SCRIPT, method: 'POST', accept: 'text/event-stream' }],
    ['prefetching', { ...SCRIPT, purpose: 'prefetch' }],
    ['prerendering', { ...PAGE, purpose: 'prefetch;prerender' }],
    ['a frame that its page loads', { ...PAGE, fetchDestination: 'iframe' }],
    ['a frame that loads itself anew', { ...PAGE, fetchDestination: 'frame', fetchUser: '?0' }],
    ['a plug-in', { ...PAGE, fetchDestination: 'object' }],
  ])('%s does not', (_what, signs) => {
    expect(isPersonActivity({ ...nothing, ...signs })).toBe(false);
  });

  /** Every other destination of the Fetch standard, section 3.5.1 (2.2.5 "Requests"). */
  test.each([
    ...[
      'audio',
      'audioworklet',
      'font',
      'image',
      'json',
      'manifest',
      'paintworklet',
      'report',
      'script',
      'serviceworker',
    ],
    ...['sharedworker', 'style', 'text', 'track', 'video', 'webidentity', 'worker', 'xslt', 'tomorrow'],
  ])('what a page loads with itself does not: %s, by whatever method', fetchDestination => {
    for (const method of ['GET', 'POST']) {
      expect(isPersonActivity({ ...nothing, method, fetchMode: 'no-cors', fetchDestination, fetchUser: '?1' })).toBe(
        false,
      );
    }
  });
});

describe('the paths that a system polls on (D1-099)', () => {
  const PATTERNS = ['/poll', '/feed/', '/a%20b', '/%E8%BC%AA/', '/at@x'];

  test.each([
    '/poll',
    '/poll;jsessionid=1F',
    '/poll%3Bjsessionid=1F',
    '/feed/',
    '/feed/one',
    '/feed/one/two',
    '/feed;v=1/one',
    '/a%20b',
    '/%E8%BC%AA/1',
    '/%e8%bc%aa/1',
    '/at%40x',
    '/at@x',
  ])('%s is one', path => {
    expect(isBackgroundPath(path, PATTERNS)).toBe(true);
  });

  test.each([
    '/',
    '/poll/',
    '/poll/one',
    '/polls',
    '/pol',
    '/Poll',
    '/x/poll',
    '/feed',
    '/feeds/one',
    '/x/feed/',
    '/a b/c',
    '/a+b',
    '/x;/poll',
    '/%2525poll',
  ])('%s is none', path => {
    expect(isBackgroundPath(path, PATTERNS)).toBe(false);
  });

  test('there are none unless the system names some', () => {
    expect(isBackgroundPath('/poll', [])).toBe(false);
  });
});
