import { treatmentOf } from '../field-name.ts';
import { readRequestHead, type HeadFailure, type RequestHead } from '../request-head.ts';
import { parseRequestTarget, type RequestTarget, type TargetFailure } from '../request-target.ts';
import {
  OWN_FIELDS,
  readStatement,
  STATING_FIELDS,
  type ForwardAuthDialect,
  type ReceivedQuestion,
} from './dialect.ts';

/** The request that a proxy asks about, as if it had come to the gateway itself. */
export interface AskedRequest {
  /** `host` is the authority that the proxy was asked for. */
  readonly head: RequestHead;
  readonly target: RequestTarget;
  /** `X-Forwarded-For`, as the proxy wrote it. */
  readonly forwardedFor: string;
}

export type QuestionFailure =
  | HeadFailure
  | TargetFailure
  /** The proxy leaves out what its dialect must say: it is set up otherwise, or the client had it taken out. */
  | { readonly code: 'statement-incomplete'; readonly field: string }
  /** Said twice: once by the proxy, once by its client. */
  | { readonly code: 'statement-repeated'; readonly field: string }
  | { readonly code: 'statement-unreadable' }
  /** The system's cookies are for https only. */
  | { readonly code: 'scheme-refused' }
  /** Rules would be judged by another spelling than the system receives. */
  | { readonly code: 'target-not-normal' }
  /** What the gateway takes out of requests that it passes on itself, however spelt: the proxy would leave it in. */
  | { readonly code: 'reserved-field'; readonly field: string }
  /** To another protocol than WebSockets: what follows would be requests that nobody judges. */
  | { readonly code: 'upgrade-refused' }
  /** A question has no content; what follows it is read by nobody. */
  | { readonly code: 'content-refused' };

/** Of the question itself, on its connection; they say nothing of the request that is asked about. */
const OF_THE_QUESTION = new Set(['host', 'connection', 'expect', 'upgrade']);

/**
 * Reads a question: what is stated once and no more → target, in its one spelling → fields.
 *
 * Whether the peer is one that speaks this dialect is the caller's to know, and whether the method is one.
 */
export function readAskedRequest(
  dialect: ForwardAuthDialect,
  question: ReceivedQuestion,
): { readonly ok: true; readonly asked: AskedRequest } | { readonly ok: false; readonly failure: QuestionFailure } {
  const sorted = sortFields(dialect, question.rawFields);
  if ('code' in sorted) return refused(sorted);
  const statement = readStatement(dialect, question, sorted.stated);
  if (statement === undefined) return refused({ code: 'statement-unreadable' });
  const { method, scheme, authority, target: text } = statement;
  if (scheme !== 'https') return refused({ code: 'scheme-refused' });

  if (!text.startsWith('/')) return refused({ code: 'target-form' });
  const parsing = parseRequestTarget(text, authority);
  if (!parsing.ok) return parsing;
  const { target } = parsing;
  if (target.path + target.query !== text) return refused({ code: 'target-not-normal' });

  const reading = readRequestHead(method, ['Host', authority, ...sorted.others], '1.1', sorted.isUpgrade);
  if (!reading.ok) return reading;
  const forwardedFor = sorted.stated.get('x-forwarded-for') ?? '';
  return { ok: true, asked: { head: reading.head, target, forwardedFor } };
}

interface SortedFields {
  readonly stated: ReadonlyMap<string, string>;
  /** The client's own, names and values in turn. */
  readonly others: readonly string[];
  /** Whether anything says that it asks to become a WebSocket: proxies take `Upgrade` itself out. */
  readonly isUpgrade: boolean;
}

function sortFields(dialect: ForwardAuthDialect, rawFields: readonly string[]): SortedFields | QuestionFailure {
  const stating = STATING_FIELDS[dialect];
  const stated = new Map<string, string>();
  const others: string[] = [];
  let isUpgrade = false;
  let reserved: string | undefined;
  for (let index = 0; index + 1 < rawFields.length; index += 2) {
    const name = rawFields[index] ?? '';
    const value = rawFields[index + 1] ?? '';
    const lower = name.toLowerCase();
    if (stating.includes(lower)) {
      if (stated.has(lower)) return { code: 'statement-repeated', field: lower };
      stated.set(lower, value);
    } else if (lower === 'transfer-encoding' || lower === 'content-length') {
      if (value !== '0') return { code: 'content-refused' };
    } else if (treatmentOf(lower) === 'withhold' && !OWN_FIELDS[dialect].includes(lower)) {
      reserved ??= lower;
    } else if (lower === 'upgrade' && value.toLowerCase() !== 'websocket') return { code: 'upgrade-refused' };
    else if (!OF_THE_QUESTION.has(lower)) others.push(name, value);
    isUpgrade ||= lower === 'upgrade' || lower.startsWith('sec-websocket-');
  }
  const missing = stating.find(name => !stated.has(name));
  if (missing !== undefined) return { code: 'statement-incomplete', field: missing };
  return reserved === undefined ? { stated, others, isUpgrade } : { code: 'reserved-field', field: reserved };
}

function refused(failure: QuestionFailure): { readonly ok: false; readonly failure: QuestionFailure } {
  return { ok: false, failure };
}
