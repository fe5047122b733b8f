import type { AuthenticationMethod, Session, SessionEndReason } from '../../sessions/session.ts';
import type {
  BrowserSessionStore,
  LiveSession,
  SessionCheck,
  SessionPage,
  SessionStanding,
  SessionStore,
} from '../ports/session-store.ts';
import { StoreFault } from '../ports/store-fault.ts';
import { EndedReferences } from './ended-references.ts';
import { age, KeptAnswers, type KeptAnswer } from './kept-answers.ts';
import { EndsWatch, type EndsWatchOptions } from './watch-ends.ts';

export interface SharedSessionsOptions extends Pick<EndsWatchOptions, 'records' | 'clock' | 'timers'> {
  /** What all nodes share. `isCurrent` says whether ends on other nodes are heard from it at once. */
  readonly store: SessionStore;
  /** The longest that a session can stand. */
  readonly lifetimeMs: number;
  /** The recorded ends cannot be read; told once until they can again, and then with undefined. */
  readonly onProblem: (problem: unknown) => void;
}

export interface SharedSessions extends SessionStore {
  check(host: string, cookieHash: string, touch: boolean): Promise<SessionCheck>;
  /** Resolves when nothing of it is under way any more. */
  stop(): Promise<void>;
}

/** Clocks of nodes differ, and an end is recorded a little after it happened. */
const MARGIN_MS = 3_600_000;

/** Some 10 MB. */
const SEEN_LIMIT = 20_000;

/** Nothing is served later than this after the end of its session; so no answer that is older counts. */
const ANSWER_GOOD_FOR_MS = 2_000;

/**
 * Sessions of several nodes: those of a store that they share, which may forget ends, cut down by the ends that the
 * database has, which does not (DESIGN §2). Answers are kept for a second, while ends on other nodes are heard.
 *
 * Resolves after the first look at the recorded ends. Where it failed, or the last one began more than 2 s ago, every
 * operation that could let somebody in throws StoreFault; a process that was held up looks before it says so.
 */
export async function openSharedSessions(options: SharedSessionsOptions): Promise<SharedSessions> {
  const shared = new SessionsOfNodes(options);
  await shared.start();
  return shared;
}

type AskStore = (touch: boolean) => SessionCheck | Promise<SessionCheck>;

class SessionsOfNodes implements SharedSessions {
  readonly #options: SharedSessionsOptions;
  readonly #store: SessionStore;
  readonly #ended: EndedReferences;
  readonly #answers = new KeptAnswers();
  /** Seen longest ago first. */
  readonly #seen = new Map<string, Session>();
  readonly #watch: EndsWatch;
  readonly #endListeners: Parameters<SessionStore['onEnd']>[0][] = [];
  #hasProblem = false;

  constructor(options: SharedSessionsOptions) {
    const { store, lifetimeMs } = options;
    this.#options = options;
    this.#store = store;
    this.#ended = new EndedReferences(lifetimeMs + MARGIN_MS);
    this.#watch = new EndsWatch({
      ...options,
      firstLookMs: lifetimeMs + MARGIN_MS,
      onEnd: (reference, reason) => this.#learn(reference, reason),
      onLook: problem => this.#afterLook(problem),
    });
    store.onEnd((reference, reason) => this.#learn(reference, reason));
  }

  get browserSessions(): BrowserSessionStore {
    return this.#store.browserSessions;
  }

  start(): Promise<void> {
    return this.#watch.start();
  }

  stop(): Promise<void> {
    return this.#watch.stop();
  }

  async open(session: Session, portalCookieHash: string): Promise<Session[]> {
    await this.#watch.catchUp();
    this.#requireCurrent();
    const gaveWay = await this.#store.open(session, portalCookieHash);
    for (const { reference } of gaveWay) this.#learn(reference, 'replaced');
    return gaveWay;
  }

  async addHostCookie(reference: string, host: string, cookieHash: string, idleMs: number | null): Promise<boolean> {
    await this.#watch.catchUp();
    this.#requireCurrent();
    if (this.#ended.reasonOf(reference) !== undefined) return false;
    const isAdded = await this.#store.addHostCookie(reference, host, cookieHash, idleMs);
    return isAdded && (await this.#endIfRecorded(reference)) === undefined;
  }

  async declare(...declaring: Parameters<SessionStore['declare']>): Promise<boolean> {
    await this.#watch.catchUp();
    this.#requireCurrent();
    const [reference] = declaring;
    if (this.#ended.reasonOf(reference) !== undefined) return false;
    const isKept = await this.#store.declare(...declaring);
    return isKept && (await this.#endIfRecorded(reference)) === undefined;
  }

  async check(host: string, cookieHash: string, touch: boolean): Promise<SessionCheck> {
    const cookie = `${host} ${cookieHash}`;
    return this.#check(cookie, touch, async counts => {
      const check = await this.#store.check(host, cookieHash, counts);
      if (check.alive) this.#see(cookie, check.live.session);
      return check;
    });
  }

  checkAgain(host: string, reference: string): Promise<SessionCheck> {
    return this.#check(`${host} ${reference}`, false, () => this.#store.checkAgain(host, reference));
  }

  async findToEnd(host: string, cookieHash: string): Promise<Session | undefined> {
    try {
      return await this.#store.findToEnd(host, cookieHash);
    } catch (error) {
      const seen = this.#seen.get(`${host} ${cookieHash}`);
      if (seen === undefined) throw error;
      return seen;
    }
  }

  async end(reference: string, reason: SessionEndReason): Promise<boolean> {
    // Refused here from now on, whether the store can be told or not.
    this.#learn(reference, reason);
    return this.#store.end(reference, reason);
  }

  async endAllOf(accountId: string, reason: SessionEndReason, method?: AuthenticationMethod): Promise<Session[]> {
    const ended = await this.#store.endAllOf(accountId, reason, method);
    for (const { reference } of ended) this.#learn(reference, reason);
    return ended;
  }

  async listLiveOf(accountId: string): Promise<Session[]> {
    const live = await this.#store.listLiveOf(accountId);
    return live.filter(({ reference }) => this.#ended.reasonOf(reference) === undefined);
  }

  async listLive(after: string | null): Promise<SessionPage> {
    const { sessions, next } = await this.#store.listLive(after);
    return { sessions: sessions.filter(({ reference }) => this.#ended.reasonOf(reference) === undefined), next };
  }

  async describe(references: readonly string[]): Promise<ReadonlyMap<string, SessionStanding>> {
    const standings = await this.#store.describe(references);
    return new Map([...standings].filter(([reference]) => this.#ended.reasonOf(reference) === undefined));
  }

  onEnd(listener: (reference: string, reason: SessionEndReason) => void): void {
    this.#endListeners.push(listener);
  }

  onExpiry(listener: Parameters<SessionStore['onExpiry']>[0]): void {
    this.#store.onExpiry(listener);
  }

  isCurrent(): boolean {
    return this.#watch.isCurrent() && this.#store.isCurrent();
  }

  async ping(): Promise<void> {
    await this.#watch.catchUp();
    this.#requireCurrent();
    await this.#store.ping();
  }

  /** Whoever was served here lately can log out here though the store is away. */
  #see(cookie: string, session: Session): void {
    this.#seen.delete(cookie);
    this.#seen.set(cookie, session);
    for (const oldest of this.#seen.keys()) {
      if (this.#seen.size <= SEEN_LIMIT) break;
      this.#seen.delete(oldest);
    }
  }

  #now(): number {
    return this.#options.timers.now();
  }

  #requireCurrent(): void {
    if (!this.#watch.isCurrent()) throw new StoreFault('The recorded ends of sessions have not been read for 2 s.');
  }

  async #check(question: string, touch: boolean, ask: AskStore): Promise<SessionCheck> {
    if (!this.#watch.isCurrent()) await this.#watch.catchUp();
    this.#requireCurrent();
    const kept = this.#store.isCurrent() ? this.#answers.find(question, touch, this.#now()) : undefined;
    const live = kept && (await this.#judgeKept(kept));
    return live === undefined ? this.#ask(question, touch, ask) : { alive: true, live };
  }

  /** @param isAgain the answer before came too late: this process was held up, or the store was slow */
  async #ask(question: string, touch: boolean, ask: AskStore, isAgain = false): Promise<SessionCheck> {
    const askedMs = this.#now();
    const asked = Promise.resolve(ask(touch));
    const live = asked.then(check => (check.alive ? check.live : undefined));
    this.#answers.keep(question, { askedMs, touched: touch, live });
    // Whoever waits for the same answer meets the same fault; whoever asks next asks anew.
    live.then(
      found => found ?? this.#answers.drop(question),
      () => this.#answers.drop(question),
    );
    const check = await asked;
    if (!check.alive) return check;
    if (!this.#watch.isCurrent()) await this.#watch.catchUp();
    const endedBecause = await this.#endIfRecorded(check.live.session.reference);
    if (endedBecause !== undefined) return { alive: false, endedBecause };
    this.#requireCurrent();
    if (this.#now() - askedMs <= ANSWER_GOOD_FOR_MS) return check;
    if (isAgain) throw new StoreFault('The sessions answered too late.');
    // What the person did has counted already.
    return this.#ask(question, false, ask, true);
  }

  /** What a kept answer is worth now, if anything. */
  async #judgeKept(answer: KeptAnswer): Promise<LiveSession | undefined> {
    const live = await answer.live;
    if (!this.#watch.isCurrent()) await this.#watch.catchUp();
    // The store says more of an end than this node knows, such as who took the place: it is asked.
    if (live === undefined || this.#ended.reasonOf(live.session.reference) !== undefined) return undefined;
    this.#requireCurrent();
    const ageMs = this.#now() - answer.askedMs;
    return this.#store.isCurrent() && ageMs <= ANSWER_GOOD_FOR_MS ? age(live, ageMs) : undefined;
  }

  /** Why a session that the store takes for alive is over; the store, which must have lost the end, is told again. */
  async #endIfRecorded(reference: string): Promise<SessionEndReason | undefined> {
    const reason = this.#ended.reasonOf(reference);
    if (reason === undefined) return undefined;
    try {
      await this.#store.end(reference, reason);
    } catch (error) {
      if (!(error instanceof StoreFault)) throw error;
    }
    return reason;
  }

  #learn(reference: string, reason: SessionEndReason): void {
    if (!this.#ended.learn(reference, reason, this.#now())) return;
    // One that throws keeps no other uninformed, and no end unread: its fault goes to the process.
    for (const listener of this.#endListeners) queueMicrotask(() => listener(reference, reason));
  }

  #afterLook(problem: unknown): void {
    this.#answers.forgetOld(this.#now());
    this.#ended.forgetOld(this.#now());
    const hasProblem = problem !== undefined;
    if (hasProblem !== this.#hasProblem) this.#options.onProblem(problem);
    this.#hasProblem = hasProblem;
  }
}
