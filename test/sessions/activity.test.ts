import { describe, expect, test } from 'vitest';
import { isPersonActivity, type RequestSigns } from '../../src/sessions/activity.ts';

const nothing: RequestSigns = {
  method: 'GET',
  fetchDestination: undefined,
  fetchMode: undefined,
  activity: undefined,
  accept: undefined,
  isUpgrade: false,
};

describe('what counts as the person at work (D1-099)', () => {
  test.each<[string, Partial<RequestSigns>]>([
    ['opening a page', { fetchMode: 'navigate', fetchDestination: 'document', accept: 'text/html,*/*' }],
    ['opening a page in a frame', { fetchMode: 'navigate', fetchDestination: 'iframe' }],
    ['sending a form', { method: 'POST', fetchMode: 'navigate', fetchDestination: 'document' }],
    ['a script that asks', { fetchMode: 'cors', fetchDestination: 'empty', accept: 'application/json' }],
    ['a script that writes', { method: 'DELETE', fetchMode: 'cors', fetchDestination: 'empty' }],
    ['a client that sends no signs', {}],
    ['a page that names another activity', { fetchDestination: 'empty', activity: 'foreground' }],
  ])('%s does', (_what, signs) => {
    expect(isPersonActivity({ ...nothing, ...signs })).toBe(true);
  });

  test.each<[string, Partial<RequestSigns>]>([
    ['polling that says so', { fetchDestination: 'empty', activity: 'background' }],
    ['polling that says so otherwise written', { fetchDestination: 'empty', activity: ' Background ' }],
    ['polling by POST that says so', { method: 'POST', activity: 'background' }],
    ['polling without signs that says so', { activity: 'background' }],
    ['a WebSocket', { isUpgrade: true, fetchMode: 'websocket', fetchDestination: 'empty' }],
    ['a WebSocket of an old client', { isUpgrade: true }],
    ['server-sent events', { fetchDestination: 'empty', accept: 'text/event-stream' }],
    ['server-sent events of an old client', { accept: 'Text/Event-Stream' }],
    ['a picture', { fetchMode: 'no-cors', fetchDestination: 'image' }],
    ['a style sheet', { fetchMode: 'no-cors', fetchDestination: 'style' }],
    ['a script file', { fetchMode: 'no-cors', fetchDestination: 'script' }],
    ['a font', { fetchMode: 'cors', fetchDestination: 'font' }],
  ])('%s does not', (_what, signs) => {
    expect(isPersonActivity({ ...nothing, ...signs })).toBe(false);
  });
});
