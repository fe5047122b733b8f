import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { QuestionQueue } from '../../../src/adapters/signing/pkcs11/question-queue.ts';
import type { TokenRequest } from '../../../src/adapters/signing/pkcs11/token-message.ts';
import { KeyBusy } from '../../../src/flows/ports/assertion-keys.ts';

const QUESTION = { operation: 'sign', kid: 'kid', digest: new Uint8Array(32) } as const;
const SIGNED = { ok: true, bytes: new Uint8Array(64) } as const;

/** What the process of the module has been sent and has not answered. */
let sent: TokenRequest[];
let silences: string[];
let queue: QuestionQueue;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  silences = [];
  queue = new QuestionQueue(
    request => sent.push(request),
    problem => silences.push(problem),
  );
});
afterEach(() => vi.useRealTimers());

/** Answers one question after the other, each after so long. */
async function work(milliseconds: number): Promise<void> {
  for (let request = sent.shift(); request !== undefined; request = sent.shift()) {
    await vi.advanceTimersByTimeAsync(milliseconds);
    queue.answer({ id: request.id, outcome: SIGNED });
  }
}

const askMany = (count: number) => Promise.allSettled(Array.from({ length: count }, () => queue.ask(QUESTION)));
const count = (settled: PromiseSettledResult<unknown>[]): number =>
  settled.filter(({ status }) => status === 'fulfilled').length;

describe('questions to a token', () => {
  test('all come to their turn, a few at once, however long they take together', async () => {
    const answers = askMany(60);
    expect(sent).toHaveLength(4);
    await work(150);
    expect(count(await answers)).toBe(60);
    expect(silences).toEqual([]);
  });

  test('that cannot come to their turn in ten seconds are refused as such, and nothing is ended for it', async () => {
    const answers = askMany(30);
    await work(1_000);
    const settled = await answers;
    // Ten, and the four that were with the module then.
    expect(count(settled)).toBe(14);
    expect(settled.every(each => each.status === 'fulfilled' || each.reason instanceof KeyBusy)).toBe(true);
    expect(silences).toEqual([]);
    const next = queue.ask(QUESTION);
    await work(1_000);
    expect(await next).toEqual(SIGNED);
  });

  test('of which none is answered for three seconds show that it hangs, and all end alike', async () => {
    const answers = askMany(10);
    await vi.advanceTimersByTimeAsync(2_000);
    queue.answer({ id: sent[0]!.id, outcome: SIGNED });
    await vi.advanceTimersByTimeAsync(2_999);
    expect(silences).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(silences).toEqual(['The module did not answer within 3 s.']);
    const hanging = { ok: false, problem: silences[0]!, isTokenSound: false } as const;
    queue.end(hanging);
    const values = (await answers).map(each => each.status === 'fulfilled' && each.value);
    expect(values).toEqual([SIGNED, ...Array.from({ length: 9 }, () => hanging)]);
    expect(await queue.ask(QUESTION)).toEqual(hanging);
  });

  test('that are none leave it in peace', async () => {
    const answer = queue.ask(QUESTION);
    await work(10);
    await answer;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(silences).toEqual([]);
  });
});
