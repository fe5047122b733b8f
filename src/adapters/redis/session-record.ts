import { z } from 'zod';
import { StoreFault } from '../../flows/ports/store-fault.ts';
import type { Declaration } from '../../policy/purpose.ts';
import {
  SESSION_END_REASONS,
  type AuthenticationMethod,
  type Replacement,
  type Session,
  type SessionEndReason,
} from '../../sessions/session.ts';
import { packUuid, unpackUuid } from './keys.ts';

const METHODS = ['card', 'card-tls', 'one-day-password'] as const satisfies readonly AuthenticationMethod[];

const uuid = z.string().transform((packed, context) => unpackUuid(packed) ?? (context.addIssue('not a UUID'), z.NEVER));
const instant = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(ms => new Date(Number(ms)));
const absent = z.literal('').transform(() => null);

/** A session as scripts have it: `{reference, a, m, t, x, e, i}`. */
export const sessionFacts = z
  .tuple([uuid, uuid, z.enum(METHODS), instant, absent.or(z.string().min(1)), absent.or(instant), z.string()])
  .transform(([reference, accountId, method, authenticatedAt, certificateSha256, endsAt, clientAddress]): Session => ({
    reference,
    accountId,
    method,
    authenticatedAt,
    certificateSha256,
    endsAt,
    clientAddress,
  }));

/** What scripts are given of a session, in the same order. @throws RangeError when it is not named by UUIDs */
export function factsOf(session: Session): string[] {
  const [reference, accountId] = [packUuid(session.reference), packUuid(session.accountId)];
  if (reference === undefined || accountId === undefined)
    throw new RangeError('Sessions and accounts are named by UUIDs.');
  return [
    reference,
    accountId,
    session.method,
    String(session.authenticatedAt.getTime()),
    session.certificateSha256 ?? '',
    session.endsAt === null ? '' : String(session.endsAt.getTime()),
    session.clientAddress,
  ];
}

export const endReason = z.enum(SESSION_END_REASONS);

/** The sessions that a call ended, why, when by the store's clock, and whether their time was over. */
export const endedSessions = z.array(
  z.tuple([sessionFacts, endReason, z.string(), z.union([z.literal(0), z.literal(1)])]),
);

const MARKER = /^!\d+ (?<reason>\S+)(?: (?<method>\S+) (?<at>\d{1,15}) (?<address>\S*))?$/;

/** What an ended session's cookie says of its end; null for what is no such mark. */
export function parseMarker(text: string): { endedBecause: SessionEndReason; replacedBy?: Replacement } | null {
  const groups = MARKER.exec(text)?.groups;
  const endedBecause = endReason.safeParse(groups?.['reason']);
  if (groups === undefined || !endedBecause.success) return null;
  const method = z.enum(METHODS).safeParse(groups['method']);
  if (!method.success) return { endedBecause: endedBecause.data };
  const replacedBy = {
    method: method.data,
    clientAddress: groups['address'] ?? '',
    at: new Date(Number(groups['at'])),
  };
  return { endedBecause: endedBecause.data, replacedBy };
}

const declaration = z.object({ purpose: z.string(), case: z.string().nullable() });

/** What was declared; null for nothing, and for what this version would not have written. */
export function parseDeclaration(text: string): Declaration | null {
  try {
    return declaration.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** Parses an answer. @throws StoreFault when it is not of that shape: somebody else writes under our prefix */
export function parseAnswer<T>(schema: z.ZodType<T>, answer: unknown): T {
  const parsed = schema.safeParse(answer);
  if (!parsed.success) throw new StoreFault('What Redis holds of sessions is not what this version writes.');
  return parsed.data;
}
