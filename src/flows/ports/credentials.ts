import type { BindingRequest } from '../../accounts/binding-request.ts';
import type { OneDayPassword } from '../../accounts/one-day-password.ts';
import type { TaipeiDay } from '../../calendar/taipei-day.ts';

/** The one-time secret with which an account's first password (or a new one after a reset) is chosen. */
export interface InitialSecret {
  readonly id: string;
  readonly accountId: string;
  /** Of its written form (`normaliseSecret`). */
  readonly hash: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  /** Account of whoever handed it out, and so has seen it; null where it came from the command line or the set-up. */
  readonly issuedBy: string | null;
}

/** A password that was chosen: the permanent one, or one of a single day; kept for the rule against reuse. */
export interface ChosenPassword {
  readonly id: string;
  readonly accountId: string;
  readonly kind: 'permanent' | 'one-day';
  readonly hash: string;
  readonly chosenAt: Date;
}

/** What failures are counted for: one counter each for one person, and never one for his card. */
export type AttemptKind = 'one-day-password' | 'password';

/** A person's counter after an attempt was counted. */
export interface AttemptCount {
  /** Attempts since the last that succeeded, or since the last lock was over; this one included. */
  readonly attempts: number;
  /** Until when the person's password is locked; null while it is not. */
  readonly lockedUntil: Date | null;
}

/** Reads of credentials; also usable inside a change. */
export interface CredentialReader {
  /** The secret that may still be used if its time is not over: neither used nor replaced. */
  findInitialSecret(accountId: string): Promise<InitialSecret | undefined>;
  /** The account's newest initial secret, whatever became of it. */
  findLastInitialSecret(accountId: string): Promise<InitialSecret | undefined>;
  /** The permanent password, unless there is none or it was reset. */
  findPassword(accountId: string): Promise<ChosenPassword | undefined>;
  /** The last chosen passwords of either kind, newest first, reset ones too; at most three are kept. */
  listLastPasswords(accountId: string): Promise<ChosenPassword[]>;
  /** The one-day password of that day that was not replaced. */
  findOneDayPassword(accountId: string, day: TaipeiDay): Promise<OneDayPassword | undefined>;
  /** All of the days from `from` to `to`, both included, newest day first; replaced ones too. */
  listOneDayPasswords(filter: {
    readonly accountId?: string;
    readonly from: TaipeiDay;
    readonly to: TaipeiDay;
  }): Promise<OneDayPassword[]>;
  findAttempts(subjectId: string, kind: AttemptKind): Promise<AttemptCount | undefined>;
  hasAcknowledged(accountId: string, rulesVersion: string): Promise<boolean>;
  /** Active accounts that have not acknowledged the version; by login name. */
  listUnacknowledged(rulesVersion: string): Promise<string[]>;
  findBindingRequest(id: string): Promise<BindingRequest | undefined>;
  /** The account's request that waits, if one does. */
  findWaitingRequest(accountId: string): Promise<BindingRequest | undefined>;
  /** The account's newest request, whatever became of it. */
  findLastRequest(accountId: string): Promise<BindingRequest | undefined>;
  /** Requests that wait, oldest first. */
  listWaitingRequests(): Promise<BindingRequest[]>;
}

/** Writes of credentials, inside a change only. A broken uniqueness rule throws `UniquenessFault`. */
export interface CredentialChanges extends CredentialReader {
  /** Replaces the account's unused secret, if there is one. */
  issueInitialSecret(secret: InitialSecret): Promise<void>;
  /** @throws Error unless the secret is neither used nor replaced */
  useInitialSecret(id: string, at: Date): Promise<void>;
  /** Adds a password and forgets all but the last three; a permanent one replaces the permanent one before. */
  insertPassword(password: ChosenPassword): Promise<void>;
  /** The permanent password no longer counts; its hash stays for the rule against reuse. */
  endPassword(accountId: string, at: Date): Promise<void>;
  /** Replaces the one of the same account and day, if there is one. */
  enableOneDayPassword(password: OneDayPassword): Promise<void>;
  /** Takes a new state of one that was not replaced. */
  updateOneDayPassword(password: OneDayPassword): Promise<void>;
  /**
   * Counts an attempt before it is judged, so that parallel ones cannot outrun the lock: the fifth locks from `at` on.
   * An attempt while locked changes nothing; the first one after a lock starts anew.
   *
   * @param rule attempts until the lock, and how long it lasts
   */
  countAttempt(
    subjectId: string,
    kind: AttemptKind,
    at: Date,
    rule: { readonly attempts: number; readonly lockMs: number },
  ): Promise<AttemptCount & { readonly wasLocked: boolean }>;
  /** Forgets the attempts and lifts the lock. */
  clearAttempts(subjectId: string, kind: AttemptKind): Promise<void>;
  acknowledgeRules(accountId: string, rulesVersion: string, at: Date): Promise<void>;
  /** Replaces the account's waiting request, if there is one. */
  requestBinding(request: BindingRequest): Promise<void>;
  /** Ends the account's waiting request undecided, if there is one. */
  replaceWaitingRequest(accountId: string): Promise<void>;
  decideBindingRequest(
    id: string,
    decision: {
      readonly state: 'confirmed' | 'refused';
      readonly decidedBy: string;
      readonly decidedAt: Date;
      readonly note: string;
    },
  ): Promise<void>;
}
