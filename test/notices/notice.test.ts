import { expect, test } from 'vitest';
import { writeNotice } from '../../src/notices/notice.ts';
import { NOTICE_TEMPLATES } from '../../src/notices/templates.ts';

const namesIn = (text: string): string[] => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(match => match[1] ?? ''))];

test.each(Object.entries(NOTICE_TEMPLATES))(
  'D1-165 %s says the same in both languages, and no secret',
  (_name, text) => {
    for (const part of [text.subject, text.body]) {
      expect(part.zh).not.toBe('');
      expect(namesIn(part.zh).sort()).toEqual(namesIn(part.en).sort());
      // What a notice may name is its facts: none of them is a password, a code or a card.
      for (const name of namesIn(part.zh)) expect(name).not.toMatch(/secret|password|pin|code|token|certificate/i);
    }
    expect(text.subject.zh).not.toContain('\n');
  },
);

test('D1-165 a notice carries the version of its text, and facts cannot add lines', () => {
  const notice = writeNotice({
    id: 'n',
    template: 'account-opened',
    facts: { name: '示範\r\nBcc: x@y.z', loginName: 'a\u0000b', portal: 'https://portal.test' },
    accountId: null,
    toAddress: null,
    language: 'en',
    createdAt: new Date(0),
  });
  expect(notice.textVersion).toBe('account-opened/1');
  expect(notice.subject).toBe('Your business account a b is ready');
  expect(notice.body).toContain('Dear 示範 Bcc: x@y.z,');
  expect(notice.body).toContain('never sent by mail');
});
