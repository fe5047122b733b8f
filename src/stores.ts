import { randomBytes, randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { pino, type Logger } from 'pino';
import { openAccessKeeping } from './access-keeping.ts';
import { lockFolder } from './adapters/database/folder-lock.ts';
import { openDatabase, type DatabaseOptions } from './adapters/database/open-database.ts';
import { createPdfPrinter } from './adapters/documents/pdf-printer.ts';
import { createTableWriter } from './adapters/export/table-writer.ts';
import { createSmtpSender } from './adapters/mail/smtp-sender.ts';
import { createPasswordHasher } from './adapters/passwords/argon2-hasher.ts';
import { openTrustData, type LiveTrustData } from './adapters/revocation/trust-data.ts';
import { openKeyFolder } from './adapters/signing/key-folder.ts';
import type { Metrics } from './adapters/metrics/metrics.ts';
import { openTokenVault } from './adapters/signing/pkcs11/token-vault.ts';
import { openPrivateFile } from './adapters/signing/private-file.ts';
import { openPendingEnds } from './adapters/spool/pending-ends.ts';
import { NO_BLOCK_LIST, watchBlockList, type BlockListWatch } from './adapters/revocation/block-list-watch.ts';
import { createOcspClient, type OcspClient } from './adapters/revocation/ocsp-client.ts';
import type { HealthCheck } from './cli/command.ts';
import { readBlockListFile } from './config/block-list-file.ts';
import { endBlockedSessions } from './flows/login/end-blocked-sessions.ts';
import type { RevocationPolicy } from './pki/revocation/revocation-policy.ts';
import { checkTrust, reportTrust, requireAnchor, requireCrl, type TrustReport } from './trust-report.ts';
import type { GatewayConfig } from './config.ts';
import type { GatewayContext } from './flows/gateway-context.ts';
import { createAssertionSigner } from './flows/keys/assertion-signer.ts';
import type { KeyVault } from './flows/ports/assertion-keys.ts';
import { AssertionCache } from './flows/login/assertion-cache.ts';
import { recordClockJump } from './flows/sessions/record-clock-jump.ts';
import { RIGHT_WITHOUT_LOCK, takeNodeRight } from './node-right.ts';
import { StoreFault } from './flows/ports/store-fault.ts';
import { openSessionStores, type SessionStores } from './session-stores.ts';
import { judgeSessionClock } from './sessions/clock-check.ts';

/** The stores and trust of one process. */
export interface Stores {
  readonly gateway: GatewayContext;
  /** Fetches all CRLs now. */
  refreshTrust(): Promise<void>;
  /** The same stores under a configuration that was read anew; that `next` needs no restart has been seen to. */
  contextFor(next: GatewayConfig): GatewayContext;
  /** See {@link SessionStores}. */
  renewSessionLimits(limits: GatewayConfig['sessions']): void;
  /** See {@link LiveTrustData}. */
  reloadTrust(settle: () => Promise<() => void>): Promise<void>;
  /** Everything, for people. */
  health(): Promise<readonly HealthCheck[]>;
  /** What must hold for anybody to get through; one CRL of several that is stale shuts out its cards only. */
  readonly readiness: Readonly<Record<'database' | 'sessions' | 'anchors' | 'crls' | 'keys', () => Promise<void>>>;
  /** Is called after every refresh of the CRLs. */
  onTrustRefresh(listener: () => Promise<void>): void;
  /** Sessions outlive this process. */
  readonly areSessionsShared: boolean;
  readonly metrics: Metrics;
  /** Until when pinned certificates are valid, and how old CRLs are; public facts. */
  trustReport(): TrustReport;
  close(): Promise<void>;
}

/** Opens the stores for a command; they serve nobody. @throws see {@link openStoresToServe} */
export async function openStores(config: GatewayConfig): Promise<Stores> {
  return openAll(config, pino({ level: 'silent' }), () => Promise.resolve(RIGHT_WITHOUT_LOCK));
}

/**
 * Opens everything that journeys work with. The data folder is this process's alone until `close`; on PostgreSQL, so is
 * the right to serve, or it is shared with nodes that share their sessions.
 *
 * @throws when a store, the trust folder, a key or that right cannot be had: nothing starts without them
 */
export async function openStoresToServe(config: GatewayConfig, log: Logger): Promise<Stores> {
  return openAll(config, log, takeNodeRight);
}

async function openAll(config: GatewayConfig, log: Logger, takeRight: typeof takeNodeRight): Promise<Stores> {
  mkdirSync(config.dataFolder, { recursive: true, mode: 0o700 });
  chmodSync(config.dataFolder, 0o700);
  mkdirSync(config.keyFolder, { recursive: true, mode: 0o700 });
  const lock = lockFolder(config.dataFolder);
  try {
    return await openLockedStores(config, log, () => lock.release(), takeRight);
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * The key that saved CRL indexes are sealed with. It lies among the keys: whoever can write to the CRL folder alone
 * cannot make an index that leaves a revoked card out. Lost, the indexes are made anew from the CRLs.
 */
async function openCrlSealingKey(config: GatewayConfig): Promise<Uint8Array> {
  const path = join(config.keyFolder, 'crl-sealing.key');
  return Buffer.from(await openPrivateFile(path, () => randomBytes(32).toString('hex')), 'hex');
}

async function openLockedStores(
  config: GatewayConfig,
  log: Logger,
  unlock: () => void,
  takeRight: typeof takeNodeRight,
): Promise<Stores> {
  const clock: GatewayContext['clock'] = { now: () => new Date() };
  const blockList = openBlockList(config, log);
  const trust = await openTrustData({
    trustFolder: config.trustFolder,
    crlFolder: join(config.dataFolder, 'crls'),
    crlUrls: config.revocation.crls,
    refreshMs: config.revocation.refreshMinutes * 60_000,
    allowPrivateAddresses: config.revocation.allowPrivateAddresses,
    sealingKey: await openCrlSealingKey(config),
    policy: revocationPolicy(config),
    blockList,
    ocsp: openOcspClient(config, log),
    onProblem: (url, problem) => log.warn({ url, problem }, 'A CRL could not be refreshed; the one in use stays.'),
  });
  const database = await openDatabase(databaseOptions(config));
  const right = await takeRight(config, database, log).catch(async (error: unknown) => {
    await database.close();
    throw error;
  });
  const randomness: GatewayContext['randomness'] = { bytes: length => randomBytes(length), uuid: () => randomUUID() };
  const sessionStores = await openSessionStores(config, {
    clock,
    database,
    log,
    requireRight: () => right.requireHeld(),
    onClockJump: jumpMs => {
      log.error({ jumpMs }, 'The clock of sessions has jumped.');
      recordClockJump({ clock, randomness, database }, jumpMs).catch((err: unknown) =>
        log.error({ err }, 'The jump of the clock could not be recorded.'),
      );
    },
  });
  // Nodes that share their sessions read the recorded ends all the time.
  if (!sessionStores.areShared) right.watchOver(sessionStores.sessions);
  const vault = await openVault(config);
  const signer = createAssertionSigner({ clock, database, vault });
  const keeping = await openAccessKeeping(config, { clock, randomness, database }, log);
  const gateway: GatewayContext = {
    clock,
    randomness,
    database,
    ephemeral: sessionStores.ephemeral,
    sessions: sessionStores.sessions,
    pendingEnds: openPendingEnds({
      folder: config.dataFolder,
      onBroken: count => log.error({ count }, 'Ends of sessions that waited for the database cannot be read.'),
      onUnkept: (ends, err) =>
        log.fatal(
          { err, sessions: ends.map(({ reference }) => reference) },
          'Ends of sessions can be kept neither in the database nor on disk; a session store that forgets them takes them back.',
        ),
    }),
    vault,
    signer,
    assertions: new AssertionCache(signer, sessionStores.sessions),
    ...keeping.parts,
    trust,
    passwords: createPasswordHasher(),
    limits: sessionStores.limits,
    ...configuredParts(config),
  };
  // Whoever was counted stays counted, unless the limits are others.
  let counting = { limits: config.limits, limiter: gateway.limits };
  const limiterFor = (limits: GatewayConfig['limits']): GatewayContext['limits'] => {
    if (!isDeepStrictEqual(limits, counting.limits))
      counting = { limits, limiter: sessionStores.limitAddresses(limits) };
    return counting.limiter;
  };
  blockList.start(list => endBlockedSessions(gateway, list));
  return {
    gateway,
    refreshTrust: () => trust.refresh(),
    contextFor: next => ({
      ...gateway,
      limits: limiterFor(next.limits),
      ...configuredParts(next),
    }),
    renewSessionLimits: limits => sessionStores.renewSessionLimits(limits),
    reloadTrust: settle => trust.reloadTrust(settle),
    health: () => checkHealth(gateway, trust, sessionStores),
    readiness: {
      database: async () => {
        right.requireHeld();
        await database.ping();
      },
      sessions: () => sessionStores.sessions.ping(),
      anchors: () => requireAnchor(trust, clock.now()),
      crls: () => requireCrl(trust, clock.now()),
      keys: () => requireKey(gateway),
    },
    metrics: keeping.metrics,
    trustReport: () => reportTrust(trust, clock.now()),
    onTrustRefresh: listener => trust.onRefresh(() => void listener()),
    areSessionsShared: sessionStores.areShared,
    async close() {
      await keeping.close();
      await sessionStores.close();
      await trust.close();
      await vault.close();
      await right.release();
      await database.close();
      unlock();
    },
  };
}

function openVault({ assertionKeys: keys, keyFolder }: GatewayConfig): Promise<KeyVault> {
  return keys.kind === 'files' ? openKeyFolder(keyFolder) : Promise.resolve(openTokenVault(keys));
}

/** What of a context is the configuration's alone. */
function configuredParts(config: GatewayConfig) {
  return {
    rulesVersion: config.rulesOfUse.version,
    accountPolicies: config.accounts,
    accessRecordMonths: config.accessRecordMonths,
    keyDays: config.assertionKeys.rotateDays,
    tables: createTableWriter({ ownershipNotice: config.ownershipNotice }),
    documents: createPdfPrinter({ agency: config.agency.name, ownershipNotice: config.ownershipNotice }),
    mail: config.mail && createSmtpSender(config.mail),
    portal: config.portal,
    cardHost: config.card,
    systems: config.systems,
  } satisfies Partial<GatewayContext>;
}

/** Every certificate below the anchor must be shown not to be revoked. */
function revocationPolicy({ revocation }: GatewayConfig): RevocationPolicy {
  return {
    require: 'every-certificate',
    graceMs: revocation.nextUpdate === 'refuse' ? 0 : revocation.nextUpdate.grace,
    order: revocation.ocsp.mode === 'first' ? 'ocsp-first' : 'crl-first',
  };
}

function openOcspClient({ revocation }: GatewayConfig, log: Logger): OcspClient | undefined {
  const { mode, hosts, certIdHash } = revocation.ocsp;
  if (mode === 'off') return undefined;
  return createOcspClient({
    hosts,
    certIdHash,
    allowPrivateAddresses: revocation.allowPrivateAddresses,
    onProblem: (url, problem) => log.warn({ url, problem }, 'An OCSP responder brought no answer.'),
  });
}

function openBlockList({ revocation }: GatewayConfig, log: Logger): BlockListWatch {
  const { blockListFile } = revocation;
  if (blockListFile === undefined) return NO_BLOCK_LIST;
  return watchBlockList({
    path: blockListFile,
    read: readBlockListFile,
    onProblem: err => log.error({ err }, 'The block list cannot be taken into use as it is; the one before stays.'),
  });
}

function databaseOptions(config: GatewayConfig): DatabaseOptions {
  const { database } = config;
  if (database.kind === 'embedded') return { kind: 'embedded', folder: join(config.dataFolder, 'database') };
  const { url, poolSize, ca } = database;
  return { kind: 'postgresql', url, poolSize, ...(ca === undefined ? {} : { tls: { ca } }) };
}

/** What must hold for people to get through: the stores answer, no end waits for its record, every CRL is current. */
async function checkHealth(
  gateway: GatewayContext,
  trust: LiveTrustData,
  { sessionClock }: SessionStores,
): Promise<HealthCheck[]> {
  return [
    await checkStore('database', () => gateway.database.ping()),
    await checkStore('sessions', () => gateway.sessions.ping()),
    await checkPendingEnds(gateway),
    await checkKeys(gateway),
    { name: 'session clock', ...judgeSessionClock(sessionClock(), gateway.clock.now().getTime()) },
    ...checkTrust(trust, gateway.clock.now()),
  ];
}

async function checkStore(name: string, ping: () => Promise<void>): Promise<HealthCheck> {
  return ping().then(
    () => ({ name, ok: true, detail: 'answers' }),
    (error: unknown) => ({ name, ok: false, detail: error instanceof Error ? error.message : String(error) }),
  );
}

async function checkPendingEnds({ pendingEnds }: GatewayContext): Promise<HealthCheck> {
  const { length } = await pendingEnds.list();
  const detail = length === 0 ? 'none' : `${length} ends of sessions wait for the database`;
  return { name: 'pending ends', ok: length === 0, detail };
}

/** Of keys that are published: all at hand. */
async function checkKeys({ signer, database }: GatewayContext): Promise<HealthCheck> {
  const name = 'assertion keys';
  try {
    await signer.refresh();
    const { length } = await database.assertionKeys.listKeys();
    if (length === 0) return { name, ok: true, detail: 'the first start makes one' };
    const missing = signer.missing();
    const detail = missing.map(({ kid, problem }) => `${kid}: ${problem}`).join('; ');
    return { name, ok: missing.length === 0, detail: detail === '' ? `${signer.activeKid()} signs` : detail };
  } catch (error) {
    return { name, ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

function requireKey({ signer }: GatewayContext): Promise<void> {
  const active = signer.activeKid();
  const missing = signer.missing().find(({ kid }) => kid === active);
  return missing === undefined ? Promise.resolve() : Promise.reject(new StoreFault(missing.problem));
}
