import { describe, expect, test } from 'vitest';
import { EVENT_CATALOGUE } from '../../src/audit/event.ts';

describe('the catalogue of events', () => {
  test.each(Object.entries(EVENT_CATALOGUE))('%s has a code of the agreed form and both texts', (code, texts) => {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/);
    expect(texts.zh).toMatch(/^\p{Script=Han}+$/u);
    expect(texts.en).toMatch(/^[A-Z][a-z -]+$/);
  });

  test('no two events read alike', () => {
    const entries = Object.values(EVENT_CATALOGUE);
    expect(new Set(entries.map(texts => texts.zh)).size).toBe(entries.length);
    expect(new Set(entries.map(texts => texts.en)).size).toBe(entries.length);
  });

  test('what document 1 asks to be recorded is in it: login, refusal, change of account and certificate, end', () => {
    for (const code of [
      'login.succeeded',
      'login.refused',
      'account.created',
      'account.granted',
      'certificate.bound',
      'session.ended',
    ]) {
      expect(EVENT_CATALOGUE).toHaveProperty([code]);
    }
  });
});
