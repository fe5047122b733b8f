import { isUtf8 } from 'node:buffer';
import { createHmac } from 'node:crypto';
import { maskValue } from './mask.ts';

/** What a parameter of a business system's addresses tells: whom was asked about, or in which case. */
export type NamedAs = 'subject' | 'case';

/** A value from a query, as it may be kept (DESIGN §5.9). */
export interface NamedValue {
  readonly as: NamedAs;
  /** The parameter's name as configured. */
  readonly parameter: string;
  /** For people: see {@link maskValue}. */
  readonly masked: string;
  /** For searching: `<key id>.<keyed hash>`; the same value has the same mark in every system, under the same key. */
  readonly mark: string;
}

/** A key for marks. Whoever has it can try out all identity numbers there are, so it is a secret. */
export interface MarkKey {
  /** Eight hexadecimal digits. */
  readonly id: string;
  readonly key: Uint8Array;
}

/** By name in lower case. */
export type NamedParameters = ReadonlyMap<string, { readonly as: NamedAs; readonly name: string }>;

/** What every system has that names no parameter. */
export const NO_NAMED_PARAMETERS: NamedParameters = new Map();

const NONE: readonly NamedValue[] = [];

/** @param subject names of parameters that hold the person asked about, as configured */
export function composeNamedParameters(subject: readonly string[], inCase: readonly string[]): NamedParameters {
  const entries = [
    ...subject.map(name => ({ as: 'subject', name }) as const),
    ...inCase.map(name => ({ as: 'case', name }) as const),
  ];
  return new Map(entries.map(entry => [entry.name.toLowerCase(), entry]));
}

/**
 * Reads the named parameters out of a query and returns what may be kept of them; everything else is looked at by name only.
 *
 * Reads it as the most lenient of servers do, so that no spelling hides a value: names in any case and percent-encoded,
 * `;` between parameters, `+` as a space, a stray `%` as itself, every one of several values. The same value twice is one.
 *
 * @param query  with its `?`, at most 8 KiB; empty for none
 */
export function readNamedValues(query: string, parameters: NamedParameters, key: MarkKey): readonly NamedValue[] {
  if (query === '' || parameters.size === 0) return NONE;
  const found = new Map<string, NamedValue>();
  for (const part of query.slice(1).split(/[&;]/)) {
    const equals = part.indexOf('=');
    if (equals < 1) continue;
    const parameter = parameters.get(decode(part.slice(0, equals)).toString('utf8').toLowerCase());
    if (parameter === undefined) continue;
    const value = keepable(decode(part.slice(equals + 1)));
    if (value === undefined) continue;
    const mark = markOf(parameter.as, value.canonical, key);
    found.set(`${parameter.name} ${mark}`, { as: parameter.as, parameter: parameter.name, masked: value.masked, mark });
  }
  return found.size === 0 ? NONE : [...found.values()];
}

/** The mark by which records about a subject or case are found. @param text as a person types it */
export function markForSearch(as: NamedAs, text: string, key: MarkKey): string {
  return markOf(as, canonical(text), key);
}

/** 128 bits of HMAC-SHA-256. */
function markOf(as: NamedAs, value: string, { id, key }: MarkKey): string {
  return `${id}.${createHmac('sha256', key).update(`${as}\n${value}`).digest().toString('base64url', 0, 16)}`;
}

/** Undefined for a value in which nothing is written. */
function keepable(bytes: Buffer): { readonly canonical: string; readonly masked: string } | undefined {
  // Big5 of an old system, or nonsense: the mark tells it from others, the mask nothing.
  if (!isUtf8(bytes)) return { canonical: `bytes ${bytes.toString('hex')}`, masked: maskValue('') };
  const text = canonical(bytes.toString('utf8'));
  return text === '' ? undefined : { canonical: text, masked: maskValue(text) };
}

/** One written form: full-width letters, capitals, spaces and invisible characters make no other person. */
function canonical(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/[\s\p{C}]/gu, '')
    .toUpperCase();
}

/** `application/x-www-form-urlencoded` (WHATWG URL, section 5.1), without a judgement on the bytes. */
function decode(text: string): Buffer {
  const spaced = text.replaceAll('+', ' ');
  if (!spaced.includes('%')) return Buffer.from(spaced, 'latin1');
  const bytes: number[] = [];
  for (let at = 0; at < spaced.length; at += 1) {
    const encoded = spaced[at] === '%' ? /^[0-9A-Fa-f]{2}/.exec(spaced.slice(at + 1, at + 3)) : null;
    bytes.push(encoded === null ? spaced.charCodeAt(at) & 0xff : Number.parseInt(encoded[0], 16));
    if (encoded !== null) at += 2;
  }
  return Buffer.from(bytes);
}
