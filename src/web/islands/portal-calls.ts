/** The two calls of a card dialogue, as the page sees them. */
import type { CardProof } from './card-bridge.ts';

/** A refusal of the portal: a code with a page of its own, and the reference under which the records have it. */
export interface Refusal {
  readonly code: string;
  readonly requestId: string;
  readonly facts: Readonly<Record<string, string>>;
}

/** The portal refused; everything else that goes wrong on the way is another error, and means "not reached". */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(`The portal refused: ${refusal.code}`);
    this.refusal = refusal;
  }
}

export interface Challenge {
  readonly challengeId: string;
  readonly tbs: string;
}

/** The portal's own limits are shorter: whoever has not heard by then will not hear. */
const ANSWER_MS = 15_000;

/** Asks for a challenge; every try takes a new one. */
export async function fetchChallenge(path: string): Promise<Challenge> {
  const answer = await post(path, {});
  return { challengeId: requireText(answer, 'challengeId'), tbs: requireText(answer, 'tbs') };
}

/** Hands in the signature; returns where to go. */
export async function sendProof(
  path: string,
  proof: CardProof & { readonly challengeId: string; readonly trip?: string },
): Promise<URL> {
  const next = new URL(requireText(await post(path, proof), 'next'), location.href);
  if (next.protocol !== 'https:') throw new Error('The portal leads to a page that is not protected.');
  return next;
}

async function post(path: string, body: object): Promise<ReadonlyMap<string, unknown>> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json, application/problem+json' },
    body: JSON.stringify(body),
    // A redirect would be an answer that nobody here expects.
    redirect: 'error',
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  const answer = fieldsOf(await response.json());
  if (!response.ok) throw new RefusedError(refusalOf(answer));
  return answer;
}

function refusalOf(answer: ReadonlyMap<string, unknown>): Refusal {
  const facts = [...fieldsOf(answer.get('facts'))].filter(
    (fact): fact is [string, string] => typeof fact[1] === 'string',
  );
  return {
    code: requireText(answer, 'code'),
    requestId: requireText(answer, 'requestId'),
    facts: Object.fromEntries(facts),
  };
}

function fieldsOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}

function requireText(fields: ReadonlyMap<string, unknown>, name: string): string {
  const value = fields.get(name);
  if (typeof value !== 'string') throw new Error(`The portal’s answer has no ${name}.`);
  return value;
}
