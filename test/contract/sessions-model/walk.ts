import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Account } from '../../../src/accounts/account.ts';
import { endSessions } from '../../../src/flows/sessions/end-sessions.ts';
import { openSession } from '../../../src/flows/sessions/open-session.ts';
import { recordPendingEnds } from '../../../src/flows/sessions/record-pending-ends.ts';
import type { SessionFilter } from '../../../src/flows/ports/session-records.ts';
import { StoreFault } from '../../../src/flows/ports/store-fault.ts';
import type { AuthenticationMethod, Session, SessionEndReason } from '../../../src/sessions/session.ts';
import type { Act, Step } from './steps.ts';
import { LIMITS, PORTAL, type TwoNodes } from './two-nodes.ts';

/** What is known of a session without asking any store. */
interface Known {
  readonly session: Session;
  readonly cookie: string;
  readonly openedMs: number;
  /** The last activity that was asked for. */
  touchedMs: number;
  /** When its end was acknowledged. */
  endedMs: number | null;
  /** Its end waits for the database, which alone would outlive a fail-over. */
  isRecordPending: boolean;
  /** A fail-over may have lost it, or its last activity. */
  mayBeLost: boolean;
}

/** Says, when all that raced is done, whether an answer was right. */
type Judgement = () => void | Promise<void>;

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
  readonly #isBlind = [false, false];
  /** Answers that said alive, and that said over: a walk in which nothing happens shows nothing. */
  readonly counts = { alive: 0, over: 0, refused: 0 };

  constructor(world: TwoNodes, accounts: readonly Account[]) {
    this.#world = world;
    this.#accounts = accounts;
  }

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'race':
        return this.#act(step.acts);
      case 'pass':
        return this.#pass(step.milliseconds);
      case 'blind':
        this.#isBlind[step.node] = step.isBlind;
        this.#world.setBlind(step.node, step.isBlind);
        this.#noteSight();
        return;
      case 'database':
        this.#world.isDatabaseAway = step.isAway;
        this.#noteSight();
        return;
      case 'restart':
        await this.#world.restart(step.node);
        this.#isBlind[step.node] = false;
        this.#mayRefuseUntilMs[step.node] = this.#world.isDatabaseAway ? Infinity : -Infinity;
        return;
      case 'replicate':
        return this.#world.copyToReplica();
      case 'fail-over':
        for (const known of this.#known) {
          known.mayBeLost = true;
          // Redis alone had it: until the record is made, it is no end.
          if (known.isRecordPending) known.endedMs = null;
        }
        return this.#world.failOver();
      case 'redis-back':
        return this.#world.setRedisBack(step.milliseconds);
      case 'log-in':
      case 'ask':
      case 'end':
      case 'end-account':
        return this.#act([step]);
    }
  }

  /** Two seconds later no node serves anything that has ended, and each end has its record. */
  async settle(): Promise<void> {
    for (const node of [0, 1]) await this.take({ kind: 'blind', node, isBlind: false });
    await this.take({ kind: 'database', isAway: false });
    await this.#pass(GRACE_MS + 1);
    for (const session of this.#known.keys()) {
      for (const node of [0, 1]) await this.#act([{ kind: 'ask', node, session, touch: false }]);
    }
    for (const known of this.#known) {
      assert(
        known.endedMs === null || (await this.#recordedEnd(known)) !== undefined,
        `an end is not on record: ${describe(known, this.#world.nowMs)}`,
      );
    }
  }

  /** Lets time pass; what waits for the database is recorded first where that is there. */
  async #pass(milliseconds: number): Promise<void> {
    if (!this.#world.isDatabaseAway) {
      await recordPendingEnds(this.#world.context(0));
      for (const known of this.#known) {
        if (known.isRecordPending) known.endedMs ??= this.#world.nowMs;
        known.isRecordPending = false;
      }
    }
    await this.#world.pass(milliseconds);
  }

  /** Does these at the same time, and then judges what came of them: logins and ends first, answers by what they left. */
  async #act(acts: readonly Act[]): Promise<void> {
    const isRace = acts.length > 1;
    const begun = [...acts]
      .sort((one, other) => Number(one.kind === 'ask') - Number(other.kind === 'ask'))
      .map(act => this.#begin(act, isRace));
    for (const judge of await Promise.all(begun)) await judge();
    for (const { id } of this.#accounts) this.#countStanding(id);
  }

  #countStanding(accountId: string): void {
    const standing = this.#known.filter(known => known.session.accountId === accountId && this.#mustStand(known));
    const { account, ...methods } = LIMITS.concurrent;
    assert(standing.length <= account, 'more sessions of an account than may be');
    for (const [method, limit] of Object.entries(methods)) {
      const ofMethod = standing.filter(known => known.session.method === method);
      assert(ofMethod.length <= limit, `more sessions by ${method} than may be`);
    }
  }

  #begin(act: Act, isRace: boolean): Promise<Judgement> {
    const known = 'session' in act && this.#known.length > 0 ? pick(this.#known, act.session) : undefined;
    switch (act.kind) {
      case 'log-in':
        return this.#logIn(act.node, pick(this.#accounts, act.account), act.method, isRace);
      case 'end-account':
        return this.#endAccount(act.node, pick(this.#accounts, act.account).id);
      case 'ask':
        return known === undefined ? NOTHING : this.#ask(act.node, known, act.touch);
      case 'end':
        return known === undefined
          ? NOTHING
          : this.#end(act.node, [known], { references: [known.session.reference] }, 'administrator');
    }
  }

  async #logIn(at: number, account: Account, by: AuthenticationMethod, isRace: boolean): Promise<Judgement> {
    if (this.#world.isDatabaseAway) return () => undefined;
    const session = await this.#world.commitLogin(account, by);
    const cookie = randomBytes(32).toString('base64url');
    const { nowMs } = this.#world;
    let endedBecause: SessionEndReason | null;
    try {
      const origin = { requestId: 'test', clientAddress: session.clientAddress };
      endedBecause = await openSession(this.#world.context(at), session, { portalCookieHash: cookie, origin });
    } catch (error) {
      return () => this.#expectBlind(at, error);
    }
    assert(isRace || endedBecause === null, 'a new session is over');
    const isLost = isRace && endedBecause !== null;
    this.#known.push({
      ...{ session, cookie, openedMs: nowMs, touchedMs: nowMs, endedMs: isLost ? nowMs : null },
      ...{ isRecordPending: false, mayBeLost: false },
    });
    return () => this.#noteEndsAround(session, isRace);
  }

  /** What gave way to a login has a recorded end now, and so may the new one that raced with others. */
  async #noteEndsAround({ accountId, reference }: Session, isRace: boolean): Promise<void> {
    for (const known of this.#known) {
      if (known.session.accountId !== accountId || known.endedMs !== null) continue;
      const reason = await this.#recordedEnd(known);
      const isOwn = isRace && known.session.reference === reference;
      if (reason === 'replaced' || (isOwn && reason !== undefined)) known.endedMs = this.#world.nowMs;
    }
  }

  async #ask(at: number, known: Known, touch: boolean): Promise<Judgement> {
    const { nowMs } = this.#world;
    let isAlive: boolean;
    try {
      isAlive = (await this.#world.context(at).sessions.check(PORTAL, known.cookie, touch)).alive;
    } catch (error) {
      return () => this.#expectBlind(at, error);
    }
    this.counts[isAlive ? 'alive' : 'over'] += 1;
    return () => {
      if (isAlive) assert(this.#mayServe(known, nowMs), `served after its end: ${describe(known, nowMs)}`);
      else assert(!this.#mustStand(known), `refused before its end: ${describe(known, nowMs)}`);
      if (isAlive && touch) known.touchedMs = nowMs;
    };
  }

  #endAccount(at: number, accountId: string): Promise<Judgement> {
    const theirs = this.#known.filter(({ session }) => session.accountId === accountId);
    return this.#end(at, theirs, { accountId }, 'account-changed');
  }

  async #end(
    at: number,
    meant: readonly Known[],
    which: Pick<SessionFilter, 'references' | 'accountId'>,
    reason: SessionEndReason,
  ): Promise<Judgement> {
    const { ended, hold } = await endSessions(
      this.#world.context(at),
      { scope: { kind: 'everything' }, ...which },
      { reason, actor: { kind: 'gateway' } },
    );
    const recordPending = this.#world.isDatabaseAway;
    assert.equal(hold, recordPending && ended.length > 0 ? 'record-pending' : 'recorded');
    return () => {
      for (const known of meant) {
        // Without the database, only Redis can name the sessions of an account: those that stand there.
        const isNamed = !recordPending || which.references !== undefined || this.#mustStand(known);
        if (known.endedMs !== null || !isNamed) continue;
        known.endedMs = this.#world.nowMs;
        known.isRecordPending = recordPending;
      }
    };
  }

  async #recordedEnd({ session }: Known): Promise<SessionEndReason | undefined> {
    const record = await this.#world.database.sessions.findSession(session.reference);
    return record?.end?.reason;
  }

  /** A node that sees again may refuse until its next look; one that does not, for ever. */
  #noteSight(): void {
    for (const [node, isBlind] of this.#isBlind.entries()) {
      const canSee = !isBlind && !this.#world.isDatabaseAway;
      if (!canSee) this.#mayRefuseUntilMs[node] = Infinity;
      else if (this.#mayRefuseUntilMs[node] === Infinity)
        this.#mayRefuseUntilMs[node] = this.#world.nowMs + NEXT_LOOK_MS;
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
}

const NOTHING: Promise<Judgement> = Promise.resolve(() => undefined);

function pick<T>(from: readonly T[], number: number): T {
  const found = from[number % from.length];
  if (found === undefined) throw new RangeError('There is nothing to choose from.');
  return found;
}

function describe({ session, openedMs, touchedMs, endedMs, mayBeLost }: Known, nowMs: number): string {
  return JSON.stringify({ method: session.method, openedMs, touchedMs, endedMs, mayBeLost, nowMs });
}
