import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { readLines } from '../../src/cli/json-lines.ts';

function linesOf(chunks: readonly (string | Uint8Array)[], limit = 8): Promise<(string | undefined)[]> {
  const input = Readable.from(chunks.map(chunk => Buffer.from(chunk)));
  return collect(readLines(input, limit));
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

test.each<[string, readonly (string | Uint8Array)[], readonly (string | undefined)[]]>([
  ['one line a chunk', ['a\n', 'b\n'], ['a', 'b']],
  ['a line over three chunks', ['a', 'b', 'c\nd\n'], ['abc', 'd']],
  ['a last line without its end', ['a\nb'], ['a', 'b']],
  ['lines that end in CR LF', ['a\r\nb\r\n'], ['a\r', 'b\r']],
  ['blank lines, which are no questions', ['\n \t\r\na\n\n'], ['a']],
  ['nothing', [], []],
  ['a character cut in two by chunks', [Buffer.from([0xe7, 0xa4]), Buffer.from([0xba, 0x0a])], ['示']],
  ['octets that are not UTF-8', [Buffer.from([0xff, 0x0a]), 'a\n'], [undefined, 'a']],
  ['a line of exactly the limit', ['12345678\na\n'], ['12345678', 'a']],
  ['a line over the limit, and the next one', ['123456789\na\n'], [undefined, 'a']],
  ['a line over the limit in many chunks', ['1234', '5678', '9', '0\na\n'], [undefined, 'a']],
  ['blanks over the limit', ['          \na\n'], [undefined, 'a']],
])('%s', async (_name, chunks, lines) => {
  expect(await linesOf(chunks)).toEqual(lines);
});
