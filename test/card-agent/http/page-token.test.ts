import { describe, expect, it } from 'vitest';
import { PageTokens } from '../../../src/card-agent/http/page-token.ts';

const NOW = Date.UTC(2026, 5, 1);
const LIFE_MS = 180_000;

describe('popup tokens', () => {
  it('are good once, until their end', () => {
    const tokens = new PageTokens();
    const token = tokens.issue(NOW);
    expect(tokens.spend(token, NOW + LIFE_MS - 1)).toBe(true);
    expect(tokens.spend(token, NOW + LIFE_MS - 1)).toBe(false);
    expect(tokens.spend(tokens.issue(NOW), NOW + LIFE_MS)).toBe(false);
  });

  it('are not good earlier than they were made (clock set back)', () => {
    const tokens = new PageTokens();
    expect(tokens.spend(tokens.issue(NOW), NOW - 1)).toBe(false);
  });

  it('of another process are worthless', () => {
    expect(new PageTokens().spend(new PageTokens().issue(NOW), NOW)).toBe(false);
  });

  it('are worthless with any character changed', () => {
    const tokens = new PageTokens();
    const token = tokens.issue(NOW);
    // the last character of the seal holds two spare bits
    for (let position = 0; position < token.length - 1; position += 1) {
      const changed = token.slice(0, position) + (token[position] === 'A' ? 'B' : 'A') + token.slice(position + 1);
      expect(tokens.spend(changed, NOW)).toBe(false);
    }
    expect(tokens.spend(token, NOW)).toBe(true);
  });

  it('cannot be spent twice by writing their seal differently', () => {
    const tokens = new PageTokens();
    const token = tokens.issue(NOW);
    expect(tokens.spend(token, NOW)).toBe(true);
    for (const again of [`${token}=`, `${token} `, `${token}.`]) expect(tokens.spend(again, NOW)).toBe(false);
  });

  it.each(['', '.', '..', 'a.b.c', `x.${String(NOW + 1)}.`])('"%s" is none', text => {
    expect(new PageTokens().spend(text, NOW)).toBe(false);
  });
});
