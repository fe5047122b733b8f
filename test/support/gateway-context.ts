import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Account, AccountState } from '../../src/accounts/account.ts';
import type { Organisation } from '../../src/accounts/organisation.ts';
import { openDatabase, type DatabaseOptions } from '../../src/adapters/database/open-database.ts';
import { createPdfPrinter } from '../../src/adapters/documents/pdf-printer.ts';
import { createTableWriter } from '../../src/adapters/export/table-writer.ts';
import { createMemoryEphemeralStore } from '../../src/adapters/memory/ephemeral-store.ts';
import { createMemorySessionStore } from '../../src/adapters/memory/session-store.ts';
import { createPasswordHasher } from '../../src/adapters/passwords/argon2-hasher.ts';
import { createMemoryAddressLimiter, type AddressLimits } from '../../src/adapters/limits/address-limiter.ts';
import { openKeyFolder } from '../../src/adapters/signing/key-folder.ts';
import { createMetrics, type Metrics } from '../../src/adapters/metrics/metrics.ts';
import { openMarkKey } from '../../src/adapters/signing/mark-key.ts';
import { openPendingEnds } from '../../src/adapters/spool/pending-ends.ts';
import { AccessJournal, type JournalContext } from '../../src/flows/access/access-journal.ts';
import type { GatewayContext } from '../../src/flows/gateway-context.ts';
import { createAssertionSigner } from '../../src/flows/keys/assertion-signer.ts';
import { AssertionCache } from '../../src/flows/login/assertion-cache.ts';
import { ensureFirstKey } from '../../src/flows/keys/rotate-keys.ts';
import type { AuditEvent } from '../../src/audit/event.ts';
import type { BusinessSystem, Database, DatabaseChanges, TrustData } from '../../src/flows/ports.ts';
import type { AccessRecordStore } from '../../src/flows/ports/access-records.ts';
import type { UpstreamSettings } from '../../src/flows/ports/upstream-settings.ts';
import { EVERY_ROLE_EVERYTHING } from '../../src/policy/rule.ts';
import { BlockList } from '../../src/pki/revocation/block-list.ts';
import { NO_NAMED_PARAMETERS } from '../../src/audit/named-values.ts';
import { PROCESS_TIMERS } from '../../src/flows/sessions/watch-ends.ts';
import { hashSecret } from '../../src/sessions/challenge.ts';
import type { AuthenticationMethod, Session, SessionLimits } from '../../src/sessions/session.ts';
import { plainUpstream } from './plain-upstream.ts';
import { layEmbeddedFolder } from './embedded-folder.ts';

/** A whole gateway without its listeners, on real stores, with one person who may use the system `company`. */
export interface TestContext {
  readonly context: GatewayContext;
  /** What is counted of its requests. */
  readonly metrics: Metrics;
  readonly account: Account;
  readonly organisation: Organisation;
  /** Opens a session as a login would: by card, of the person, unless another is named. */
  openSession(login?: TestLogin): Promise<OpenedSession>;
  /** Moves the one clock forward. */
  advance(milliseconds: number): void;
  /** Writes something, with an event. */
  commit(write: (changes: DatabaseChanges) => Promise<void>): Promise<void>;
  /** Changes the person's state, with its event. */
  setAccountState(state: AccountState): Promise<void>;
  close(): Promise<void>;
}

export interface TestLogin {
  readonly account?: Account;
  readonly method?: AuthenticationMethod;
  /** Its absolute end; none unless named. */
  readonly endsAt?: Date;
}

export interface OpenedSession {
  readonly session: Session;
  readonly portalCookie: string;
  /** A cookie of this session for a system's host, as an entry would give it. */
  cookieFor(systemId: string): Promise<string>;
}

export interface TestContextOptions {
  /** Acts in five minutes from one address; by default as in production. */
  readonly limits?: Partial<AddressLimits>;
  /** Where each system's requests go; systems: `company` (the person may), `factory` (the person may not). */
  readonly upstreams?: Readonly<Record<string, string | UpstreamSettings | null>>;
  readonly allowedOrigins?: readonly string[];
  /** What `company` has of its own. */
  readonly company?: Partial<
    Pick<
      BusinessSystem,
      | 'idleMs'
      | 'namedParameters'
      | 'audit'
      | 'backgroundPaths'
      | 'limitedRoutes'
      | 'policy'
      | 'purposes'
      | 'purposeMs'
      | 'notice'
    >
  >;
  /** As many sessions at once as a test likes, unless it names a limit. */
  readonly sessionLimits?: Partial<SessionLimits>;
  /** The embedded store in a folder of its own, unless another is named. */
  readonly database?: DatabaseOptions;
  readonly trust?: TrustData;
  /** The store of access records as requests find it; the real one unless told. */
  readonly accessRecords?: (real: AccessRecordStore) => AccessRecordStore;
  /** Where browsers show their card in the handshake; nowhere unless told. */
  readonly cardHost?: GatewayContext['cardHost'];
  /** Origin of the portal; systems are its siblings. */
  readonly base?: { readonly domain: string; readonly port: number };
}

/** As by default, so that tests meet them as people do. */
const TEST_LIMITS: AddressLimits = {
  password: 60,
  challenge: 600,
  'card-proof': 60,
  'trouble-report': 60,
  'refusal-record': 60,
  purpose: 60,
};

const TEST_SESSION_LIMITS: SessionLimits = {
  idleMs: 4 * 3_600_000,
  lifetimeMs: 12 * 3_600_000,
  concurrent: { account: 100, card: 100, 'card-tls': 100, 'one-day-password': 100 },
};

const TEST_NOTICE = { zh: '本資料為示範部專有之財產', en: 'Exclusive property of the demo ministry' };

/** Opens one in a folder of its own; `close` removes everything. */
export async function openTestContext(options: TestContextOptions = {}): Promise<TestContext> {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-context-'));
  let offsetMs = 0;
  const nowMs = (): number => Date.now() + offsetMs;
  const { domain, port } = options.base ?? { domain: 'gateway.test', port: 443 };
  const suffix = port === 443 ? '' : `:${port}`;

  const embedded = join(folder, 'database');
  if (options.database === undefined) await layEmbeddedFolder(embedded);
  const database = await openDatabase(options.database ?? { kind: 'embedded', folder: embedded });
  const ephemeral = createMemoryEphemeralStore({ now: nowMs });
  const sessions = createMemorySessionStore({
    now: nowMs,
    limits: { ...TEST_SESSION_LIMITS, ...options.sessionLimits },
    portalHost: `portal.${domain}`,
  });
  const clock = { now: () => new Date(nowMs()) };
  const vault = await openKeyFolder(folder);
  const signer = createAssertionSigner({ clock, database, vault });
  const randomness = { bytes: (length: number) => new Uint8Array(randomBytes(length)), uuid: () => randomUUID() };
  const metrics = createMetrics();
  const journal = new AccessJournal(
    { clock, randomness, database: withAccessRecords(database, options.accessRecords) },
    { timers: PROCESS_TIMERS, onProblem: () => undefined, onLost: () => undefined },
  );
  const context: GatewayContext = {
    clock,
    randomness,
    database,
    ephemeral,
    sessions,
    pendingEnds: openPendingEnds({
      folder,
      onBroken: count => {
        throw new Error(`${count} lines of the spool are broken.`);
      },
      onUnkept: () => undefined,
    }),
    vault,
    signer,
    assertions: new AssertionCache(signer, sessions),
    keyDays: null,
    access: journal,
    meter: metrics.meter,
    markKey: await openMarkKey({ folder }),
    accessRecordMonths: 60,
    trust: options.trust ?? NO_CARDS,
    ...(options.cardHost === undefined ? {} : { cardHost: options.cardHost }),
    passwords: createPasswordHasher(),
    limits: createMemoryAddressLimiter({ ...TEST_LIMITS, ...options.limits }),
    rulesVersion: 'test',
    accountPolicies: {
      dormancy: { months: 3, action: 'suspend', warningDays: 14 },
      accountChecks: { everyMonths: 3, dueDays: 14 },
      profileReminderMonths: 12,
      oneDayPasswordDays: 7,
    },
    tables: createTableWriter({ ownershipNotice: TEST_NOTICE }),
    documents: createPdfPrinter({ agency: '示範部', ownershipNotice: TEST_NOTICE }),
    portal: { host: `portal.${domain}`, origin: `https://portal.${domain}${suffix}`, port },
    systems: new Map(
      ['company', 'factory'].map(id => [
        id,
        {
          id,
          name: id === 'company' ? '公司登記系統' : '工廠登記系統',
          nameEn: `${id} registration`,
          host: `${id}.${domain}`,
          origin: `https://${id}.${domain}${suffix}`,
          upstream: upstreamOf(options.upstreams?.[id]),
          limitedRoutes: [],
          roles: [{ code: 'case-handler', name: '承辦人', nameEn: 'Case handler' }],
          allowedOrigins: options.allowedOrigins ?? [],
          idleMs: null,
          backgroundPaths: [],
          namedParameters: NO_NAMED_PARAMETERS,
          audit: 'batched',
          policy: [EVERY_ROLE_EVERYTHING],
          purposes: [],
          purposeMs: null,
          notice: { text: '僅供參考。', textEn: 'For reference only.', version: 'test' },
          ...(id === 'company' ? options.company : {}),
        } satisfies BusinessSystem,
      ]),
    ),
  };
  await ensureFirstKey(context);
  const people = await commitPerson(context);
  return {
    context,
    metrics,
    ...people,
    advance: milliseconds => void (offsetMs += milliseconds),
    commit: write => commit(context, write),
    setAccountState: state => commit(context, changes => changes.setAccountState(people.account.id, state)),
    openSession: (login = {}) => openSession(context, { account: people.account, method: 'card', ...login }),
    close: async () => {
      await journal.stop(5_000);
      ephemeral.stop();
      sessions.stop();
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function withAccessRecords(database: Database, given: TestContextOptions['accessRecords']): JournalContext['database'] {
  const { accessRecords } = database;
  return {
    accessRecords: given?.(accessRecords) ?? accessRecords,
    ping: () => database.ping(),
    record: events => database.record(events),
  };
}

function upstreamOf(given: string | UpstreamSettings | null = 'http://127.0.0.1:9'): UpstreamSettings | null {
  return typeof given === 'string' ? plainUpstream(given) : given;
}

const NO_CARDS: TrustData = {
  trustStore: () => {
    throw new Error('This context judges no cards.');
  },
  crls: () => [],
  revocationPolicy: { require: 'every-certificate', graceMs: 0 },
  blockList: () => new BlockList(),
};

async function openSession(
  context: GatewayContext,
  { account, method, endsAt }: TestLogin & Required<Pick<TestLogin, 'account' | 'method'>>,
): Promise<OpenedSession> {
  const session: Session = {
    reference: randomUUID(),
    accountId: account.id,
    method,
    authenticatedAt: context.clock.now(),
    certificateSha256: method !== 'one-day-password' ? randomBytes(32).toString('hex') : null,
    endsAt: endsAt ?? null,
    clientAddress: '127.0.0.1',
  };
  const portalCookie = randomBytes(32).toString('base64url');
  await commit(context, changes => changes.sessions.insertSession(session));
  await context.sessions.open(session, hashSecret(portalCookie));
  return {
    session,
    portalCookie,
    cookieFor: async systemId => {
      const cookie = randomBytes(32).toString('base64url');
      const system = context.systems.get(systemId);
      if (
        system === undefined ||
        !(await context.sessions.addHostCookie(session.reference, system.host, hashSecret(cookie), system.idleMs))
      ) {
        throw new Error('The session cannot be entered.');
      }
      return cookie;
    },
  };
}

async function commitPerson({
  database,
  clock,
  rulesVersion,
}: GatewayContext): Promise<{ account: Account; organisation: Organisation }> {
  const now = clock.now();
  const organisation: Organisation = { id: randomUUID(), code: 'demo-county', name: '示範縣政府', kind: 'agency' };
  const account: Account = {
    id: randomUUID(),
    loginName: 'demo.clerk',
    personId: randomUUID(),
    name: '示範承辦員',
    organisationId: organisation.id,
    unitId: null,
    state: 'active',
    roles: ['general-user'],
    issuedAt: now,
    lastLoginAt: null,
  };
  await database.change(async changes => {
    await changes.insertOrganisation(organisation);
    await changes.insertPerson({ id: account.personId, name: account.name });
    await changes.insertAccount(account);
    await changes.credentials.acknowledgeRules(account.id, rulesVersion, now);
    await changes.insertGrant({
      id: randomUUID(),
      accountId: account.id,
      systemId: 'company',
      role: 'case-handler',
      reason: '承辦公司登記',
      basis: 'demo',
      validFrom: '2020-01-01',
      validUntil: null,
      state: 'live',
    });
    return { result: undefined, events: [anEvent(now)] };
  });
  return { account, organisation };
}

function commit(
  { database, clock }: GatewayContext,
  write: (changes: DatabaseChanges) => Promise<void>,
): Promise<void> {
  return database.change(async changes => {
    await write(changes);
    return { result: undefined, events: [anEvent(clock.now())] };
  });
}

function anEvent(now: Date): AuditEvent {
  return {
    id: randomUUID(),
    code: 'account.created',
    at: now,
    actor: { kind: 'gateway' },
    accountId: null,
    systemId: null,
    sessionReference: null,
    requestId: null,
    clientAddress: null,
    facts: {},
  };
}
