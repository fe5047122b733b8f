import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SESSION_WARNING, sessionWarningIn } from '../../src/web/texts/session-warning.ts';

const PARTS = readFileSync(new URL('../../src/web/islands/session-warning-parts.ts', import.meta.url), 'utf8');

/** Page and script are compiled apart: nothing else holds the two lists of words to each other. */
test('the script of the warning is given every word that it shows, and no other', () => {
  const [, declared = ''] = /export interface WarningTexts \{(.*?)\n\}/s.exec(PARTS) ?? [];
  const names = [...declared.matchAll(/readonly (\w+): string;/g)].map(match => match[1] ?? '');
  expect(names.length).toBeGreaterThan(10);
  expect(Object.keys(sessionWarningIn('zh')).toSorted()).toEqual(names.toSorted());
});

test.each(['zh', 'en'] as const)('places for the time left are kept in %s', language => {
  expect(SESSION_WARNING.left[language]).toContain('{left}');
  for (const unit of [SESSION_WARNING.minutes, SESSION_WARNING.seconds]) expect(unit[language]).toContain('{n}');
});
