import { expect } from 'vitest';

/** What holds for every page that we render, whatever it says. */
export function judgePage(html: string, language: 'zh' | 'en'): void {
  expect(html.startsWith('<!doctype html><html lang=')).toBe(true);
  expect(html).toContain(`<html lang="${language === 'zh' ? 'zh-Hant-TW' : 'en'}">`);
  expect(html).toMatch(/<title>[^<]{10,}<\/title>/);
  expect([...html.matchAll(/<h1[ >]/g)]).toHaveLength(1);
  expect(html).toContain('<main ');

  // Nothing that a strict Content-Security-Policy would stop, nothing loaded from elsewhere.
  expect(html).not.toMatch(/\sstyle=|<style|\son[a-z]+=|javascript:|<iframe|<img|<base/i);
  for (const [, attributes = ''] of html.matchAll(/<script([^>]*)>/g)) expect(attributes).toContain('src="/');
  expect(html).not.toMatch(/<script[^>]*>[^<]/);

  // Nothing that is left when a value is missing.
  const text = textOf(html);
  for (const word of ['undefined', '[object', 'NaN', 'Invalid Date', '\u0000']) expect(text).not.toContain(word);
  expect(text).not.toMatch(/\bnull\b/);

  // Every reference inside the page leads somewhere, once.
  const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map(match => match[1] ?? '');
  expect(new Set(ids).size).toBe(ids.length);
  const references = [...html.matchAll(/\s(?:for|popovertarget|aria-labelledby|aria-describedby)="([^"]*)"/g)];
  for (const [, value = ''] of references) for (const id of value.split(' ')) expect(ids).toContain(id);
  for (const [, id = ''] of html.matchAll(/\shref="#([^"]*)"/g)) expect(ids).toContain(id);

  // Every link and button has a name; every form field a label or it is hidden.
  for (const [, inside = ''] of html.matchAll(/<(?:a|button)\s[^>]*>(.*?)<\/(?:a|button)>/gs)) {
    expect(textOf(inside)).not.toBe('');
  }
  for (const [field] of html.matchAll(/<input[^>]*>/g)) {
    const id = / id="([^"]*)"/.exec(field)?.[1];
    expect(field.includes('type="hidden"') || html.includes(`for="${String(id)}"`)).toBe(true);
  }
}

/** The words of a piece of markup. */
export function textOf(html: string): string {
  return html
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
