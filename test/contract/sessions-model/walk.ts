import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import type { Account } from '../../../src/accounts/account.ts';
import { StoreFault } from '../../../src/flows/ports/store-fault.ts';
import { endSessions } from '../../../src/flows/sessions/end-sessions.ts';
import { openSession } from '../../../src/flows/sessions/open-session.ts';
import type { AuthenticationMethod, Session } from '../../../src/sessions/session.ts';
import { LIMITS, PORTAL, type TwoNodes } from './two-nodes.ts';

/** What may happen next. Sessions and accounts are named by a number that is taken modulo what there is. */
export type Step =
  | { readonly kind: 'log-in'; readonly node: number; readonly account: number; readonly method: AuthenticationMethod }
  | { readonly kind: 'ask'; readonly node: number; readonly session: number; readonly touch: boolean }
  | { readonly kind: 'end'; readonly node: number; readonly session: number }
  | { readonly kind: 'end-account'; readonly node: number; readonly account: number }
  | { readonly kind: 'pass'; readonly milliseconds: number }
  | { readonly kind: 'blind'; readonly node: number; readonly isBlind: boolean }
  | { readonly kind: 'restart'; readonly node: number }
  | { readonly kind: 'replicate' }
  | { readonly kind: 'fail-over' }
  | { readonly kind: 'redis-back'; readonly milliseconds: number };

const node = fc.integer({ min: 0, max: 1 });
const one = fc.nat(1_000);
const method = fc.constantFrom<AuthenticationMethod>('card', 'card-tls', 'one-day-password');

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('log-in'), node, account: one, method }) },
    { weight: 10, arbitrary: fc.record({ kind: fc.constant('ask'), node, session: one, touch: fc.boolean() }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('end'), node, session: one }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('end-account'), node, account: one }) },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('pass'),
        milliseconds: fc.constantFrom(1, 400, 999, 1_000, 1_001, 2_000, 2_001, 9_500, 19_999, 20_000, 20_001),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('blind'), node, isBlind: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart'), node }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('replicate') }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('fail-over') }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('redis-back'), milliseconds: fc.constantFrom(500, 3_000, 3_600_000) }),
    },
  ),
  { minLength: 20, maxLength: 60, size: 'max' },
);

/** What is known of a session without asking any store. */
interface Known {
  readonly session: Session;
  readonly cookie: string;
  readonly openedMs: number;
  /** The last activity that was asked for. */
  touchedMs: number;
  /** When its end was acknowledged. */
  endedMs: number | null;
  /** A fail-over may have lost it, or its last activity. */
  mayBeLost: boolean;
}

/** Nothing may serve later than this after the end of its session (DESIGN §2). */
const GRACE_MS = 2_000;

/** Looks are a second apart, and the test lets time pass in steps of half of that. */
const NEXT_LOOK_MS = 1_500;

/** How exact idle time is: an answer may be kept so long, and where Redis' clock was set back, the nodes' reckoning takes over. */
const EXACT_MS = 1_000;

/** Takes the steps, and after each holds what a node says against what must be. */
export class Walk {
  readonly #world: TwoNodes;
  readonly #accounts: readonly Account[];
  readonly #known: Known[] = [];
  /** Until when a node may say that it cannot tell. */
  readonly #mayRefuseUntilMs = [-Infinity, -Infinity];
  /** Answers that said alive, and that said over: a walk in which nothing happens shows nothing. */
  readonly counts = { alive: 0, over: 0, refused: 0 };

  constructor(world: TwoNodes, accounts: readonly Account[]) {
    this.#world = world;
    this.#accounts = accounts;
  }

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'log-in':
        return this.#logIn(step.node, this.#pick(this.#accounts, step.account), step.method);
      case 'ask':
        return this.#known.length === 0
          ? undefined
          : this.#ask(step.node, this.#pick(this.#known, step.session), step.touch);
      case 'end':
        return this.#known.length === 0 ? undefined : this.#end(step.node, this.#pick(this.#known, step.session));
      case 'end-account':
        return this.#endAccount(step.node, this.#pick(this.#accounts, step.account));
      case 'pass':
        return this.#world.pass(step.milliseconds);
      case 'blind':
        // Once it sees again, its next look is what counts.
        this.#mayRefuseUntilMs[step.node] = step.isBlind ? Infinity : this.#world.nowMs + NEXT_LOOK_MS;
        {
          this.#world.setBlind(step.node, step.isBlind);
          return;
        }
      case 'restart':
        this.#mayRefuseUntilMs[step.node] = -Infinity;
        return this.#world.restart(step.node);
      case 'replicate':
        return this.#world.copyToReplica();
      case 'fail-over':
        for (const known of this.#known) known.mayBeLost = true;
        return this.#world.failOver();
      case 'redis-back':
        return this.#world.setRedisBack(step.milliseconds);
    }
  }

  /** Two seconds later no node serves anything that has ended. */
  async settle(): Promise<void> {
    await this.#world.pass(GRACE_MS + 1);
    for (const known of this.#known) for (const at of [0, 1]) await this.#ask(at, known, false);
  }

  async #logIn(at: number, account: Account, by: AuthenticationMethod): Promise<void> {
    const session = await this.#world.commitLogin(account, by);
    const cookie = randomBytes(32).toString('base64url');
    const context = this.#world.context(at);
    try {
      const origin = { requestId: 'test', clientAddress: session.clientAddress };
      const endedBecause = await openSession(context, session, { portalCookieHash: cookie, origin });
      assert.equal(endedBecause, null, 'a new session is over');
    } catch (error) {
      this.#expectBlind(at, error);
      return;
    }
    const { nowMs } = this.#world;
    this.#known.push({ session, cookie, openedMs: nowMs, touchedMs: nowMs, endedMs: null, mayBeLost: false });
    await this.#noteReplaced(account, nowMs);
  }

  /** What gave way has a recorded end now. */
  async #noteReplaced(account: Account, nowMs: number): Promise<void> {
    const { database } = this.#world.context(0);
    for (const known of this.#known) {
      if (known.session.accountId !== account.id || known.endedMs !== null) continue;
      const record = await database.sessions.findSession(known.session.reference);
      if (record?.end?.reason === 'replaced') known.endedMs = nowMs;
    }
    const standing = this.#known.filter(known => known.session.accountId === account.id && this.#mustStand(known));
    assert(standing.length <= LIMITS.concurrent.account, 'more sessions of an account than may be');
  }

  async #ask(at: number, known: Known, touch: boolean): Promise<void> {
    const { nowMs } = this.#world;
    let isAlive: boolean;
    try {
      isAlive = (await this.#world.context(at).sessions.check(PORTAL, known.cookie, touch)).alive;
    } catch (error) {
      this.#expectBlind(at, error);
      return;
    }
    this.counts[isAlive ? 'alive' : 'over'] += 1;
    if (isAlive) assert(this.#mayServe(known, nowMs), `served after its end: ${describe(known, nowMs)}`);
    else assert(!this.#mustStand(known), `refused before its end: ${describe(known, nowMs)}`);
    if (isAlive && touch) known.touchedMs = nowMs;
  }

  async #end(at: number, known: Known): Promise<void> {
    await endSessions(
      this.#world.context(at),
      { scope: { kind: 'everything' }, references: [known.session.reference] },
      { reason: 'administrator', actor: { kind: 'gateway' } },
    );
    known.endedMs ??= this.#world.nowMs;
  }

  async #endAccount(at: number, { id: accountId }: Account): Promise<void> {
    await endSessions(
      this.#world.context(at),
      { scope: { kind: 'everything' }, accountId },
      { reason: 'account-changed', actor: { kind: 'gateway' } },
    );
    for (const known of this.#known) {
      if (known.session.accountId === accountId) known.endedMs ??= this.#world.nowMs;
    }
  }

  #mayServe(known: Known, nowMs: number): boolean {
    if (known.endedMs !== null && nowMs - known.endedMs > GRACE_MS) return false;
    return (
      nowMs - known.touchedMs <= LIMITS.idleMs + EXACT_MS && nowMs - known.openedMs <= LIMITS.lifetimeMs + EXACT_MS
    );
  }

  #mustStand(known: Known): boolean {
    const { nowMs } = this.#world;
    if (known.endedMs !== null || known.mayBeLost) return false;
    return (
      nowMs - known.touchedMs <= LIMITS.idleMs - EXACT_MS && nowMs - known.openedMs <= LIMITS.lifetimeMs - EXACT_MS
    );
  }

  /** Only a node that cannot read the ends may refuse to say. */
  #expectBlind(at: number, error: unknown): void {
    if (!(error instanceof StoreFault)) throw error;
    assert(this.#world.nowMs <= (this.#mayRefuseUntilMs[at] ?? -Infinity), error.message);
    this.counts.refused += 1;
  }

  #pick<T>(from: readonly T[], number: number): T {
    const found = from[number % from.length];
    if (found === undefined) throw new RangeError('There is nothing to choose from.');
    return found;
  }
}

function describe({ session, openedMs, touchedMs, endedMs, mayBeLost }: Known, nowMs: number): string {
  return JSON.stringify({ method: session.method, openedMs, touchedMs, endedMs, mayBeLost, nowMs });
}
