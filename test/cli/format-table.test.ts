import { expect, test } from 'vitest';
import { formatTable } from '../../src/cli/command.ts';

test('columns line up where names are Chinese: such characters take two columns', () => {
  expect(
    formatTable([
      ['NAME', 'STATE'],
      ['示範', 'active'],
      ['ab', 'x'],
    ]),
  ).toBe('NAME  STATE\n示範  active\nab    x');
});

test('control characters in a name cannot move the cursor or make a line', () => {
  expect(formatTable([['a\u001b[2Jb\nc', 'd']])).toBe('a\ufffd[2Jb\ufffdc  d');
});

test('an empty listing is empty', () => {
  expect(formatTable([])).toBe('');
});
