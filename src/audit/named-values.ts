import { isUtf8 } from 'node:buffer';
import { createHmac } from 'node:crypto';
import { maskValue } from './mask.ts';
import { foldName } from './parameter-name.ts';

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

/** By folded name ({@link foldName}). */
export type NamedParameters = ReadonlyMap<string, { readonly as: NamedAs; readonly name: string }>;

/** What every system has that names no parameter. */
export const NO_NAMED_PARAMETERS: NamedParameters = new Map();

const NONE: readonly NamedValue[] = [];

/**
 * As many of one query are kept from its front, and as many from its end: servers that take one of several values take the
 * first or the last. Each costs a keyed hash and a line of the index, and a query has room for thousands.
 */
const KEPT_EACH_END = 32;

/** @param subject names of parameters that hold the person asked about, as configured */
export function composeNamedParameters(subject: readonly string[], inCase: readonly string[]): NamedParameters {
  const entries = [
    ...subject.map(name => ({ as: 'subject', name }) as const),
    ...inCase.map(name => ({ as: 'case', name }) as const),
  ];
  return new Map(entries.map(entry => [foldName(entry.name).full, entry]));
}

/**
 * Reads the named parameters out of a query and returns what may be kept of them; everything else is looked at by name only.
 *
 * Reads it as the most lenient of servers do, so that no spelling hides a value: names as {@link foldName} and
 * percent-encoded, `;` between parameters, `+` as a space, a stray `%` as itself, every one of several values. The same
 * value twice is one. Of very many the first and the last are kept, and an entry that says that there were more: as its mark
 * it has that of the whole query.
 *
 * @param query  with its `?`, at most 8 KiB; empty for none
 */
export function readNamedValues(query: string, parameters: NamedParameters, key: MarkKey): readonly NamedValue[] {
  if (query === '' || parameters.size === 0) return NONE;
  const parts = query.slice(1).split(/[&;]/);
  const found = new Found(parameters);
  let front = 0;
  while (front < parts.length && found.size < KEPT_EACH_END) found.take(parts[front++] ?? '');
  let back = parts.length;
  while (back > front && found.size < 2 * KEPT_EACH_END) found.take(parts[--back] ?? '');
  const kept = found.values.map(({ as, parameter, canonical, masked }) => ({
    as,
    parameter,
    masked,
    mark: markOf(as, canonical, key),
  }));
  const more = parts
    .slice(front, back)
    .map(part => parameterOf(part, parameters))
    .find(parameter => parameter !== undefined);
  if (more === undefined) return kept.length === 0 ? NONE : kept;
  return [...kept, { as: more.as, parameter: more.name, masked: MORE, mark: markOf(more.as, `query ${query}`, key) }];
}

/** Stands for values that are not kept; no mask of a value looks so. */
const MORE = '…';

/** What a value is kept by. */
interface FoundValue extends Omit<NamedValue, 'mark'> {
  readonly canonical: string;
}

/** Values found so far, each once. */
class Found {
  readonly #parameters: NamedParameters;
  readonly #values = new Map<string, FoundValue>();

  constructor(parameters: NamedParameters) {
    this.#parameters = parameters;
  }

  get size(): number {
    return this.#values.size;
  }

  get values(): readonly FoundValue[] {
    return [...this.#values.values()];
  }

  /** @param part between two `&` */
  take(part: string): void {
    const parameter = parameterOf(part, this.#parameters);
    const value = parameter && keepable(decode(part.slice(part.indexOf('=') + 1)));
    if (value)
      this.#values.set(`${parameter.name} ${value.canonical}`, {
        as: parameter.as,
        parameter: parameter.name,
        ...value,
      });
  }
}

function parameterOf(part: string, parameters: NamedParameters) {
  const equals = part.indexOf('=');
  if (equals < 1) return undefined;
  const { base, full } = foldName(toText(decode(part.slice(0, equals))));
  return parameters.get(full) ?? parameters.get(base);
}

/** The mark by which records about a subject or case are found. @param text as a person types it */
export function markForSearch(as: NamedAs, text: string, key: MarkKey): string {
  return markOf(as, canonical(text), key);
}

/** 128 bits of HMAC-SHA-256. */
function markOf(as: NamedAs, value: string, { id, key }: MarkKey): string {
  return `${id}.${createHmac('sha256', key).update(`${as}\n${value}`).digest().toString('base64url', 0, 16)}`;
}

/** Undefined for a value in which nothing is written. @param bytes one character each */
function keepable(bytes: string): { readonly canonical: string; readonly masked: string } | undefined {
  const encoded = isAscii(bytes) ? undefined : Buffer.from(bytes, 'latin1');
  // Big5 of an old system, or nonsense: the mark tells it from others, the mask nothing.
  if (encoded !== undefined && !isUtf8(encoded)) {
    return { canonical: `bytes ${encoded.toString('hex')}`, masked: maskValue('') };
  }
  const text = canonical(encoded?.toString('utf8') ?? bytes);
  return text === '' ? undefined : { canonical: text, masked: maskValue(text) };
}

/** One written form: full-width letters, capitals, spaces and invisible characters make no other person. */
function canonical(text: string): string {
  const composed = isAscii(text) ? text : text.normalize('NFKC');
  return composed.replaceAll(/[\s\p{C}]/gu, '').toUpperCase();
}

/** `application/x-www-form-urlencoded` (WHATWG URL, section 5.1), without a judgement on the bytes: one character each. */
function decode(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  if (!spaced.includes('%')) return spaced;
  return spaced.replaceAll(/%[0-9A-Fa-f]{2}/g, encoded => String.fromCharCode(Number.parseInt(encoded.slice(1), 16)));
}

function toText(bytes: string): string {
  return isAscii(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString('utf8');
}

function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}
