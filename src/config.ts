import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { composeNamedParameters } from './audit/named-values.ts';
import type { RedisSettings } from './adapters/redis/connection-options.ts';
import { checkAssertionKeyFiles, composeAssertionKeys, type AssertionKeysConfig } from './config/assertion-keys.ts';
import { checkCardKeys, composeCardHost, type CardHostConfig } from './config/card-host.ts';
import { composeForwardAuth, readForwardAuthCertificates, type ForwardAuthConfig } from './config/forward-auth.ts';
import { checkDatabase } from './config/database.ts';
import { gatewayFileSchema, type GatewayFile } from './config/gateway-file.ts';
import { checkListenAddresses } from './config/listen-addresses.ts';
import { checkRedisFiles, composeRedis } from './config/redis.ts';
import { composeRoutes } from './config/request-limits.ts';
import { readServerCertificates, type ServerCertificateFiles } from './config/server-certificates.ts';
import { systemsFileSchema, type SystemsFile } from './config/systems-file.ts';
import { checkUpstreamFiles, composeUpstream } from './config/upstreams.ts';
import { ConfigurationFault, readYamlFile } from './config/yaml-file.ts';
import type { AccountPolicies } from './flows/accounts/account-policies.ts';
import type { LimitedAct } from './flows/ports/address-limiter.ts';
import type { PortalAddress } from './flows/gateway-context.ts';
import type { BusinessSystem } from './flows/ports.ts';
import type { SessionLimits } from './sessions/session.ts';

/** The whole configuration, checked, with absolute paths. Made by {@link loadConfig} only. */
export interface GatewayConfig {
  readonly file: string;
  /** What was read, by the SHA-256 of its bytes. */
  readonly files: Readonly<Record<'gateway' | 'systems', { readonly path: string; readonly sha256: string }>>;
  readonly portal: PortalAddress;
  readonly systems: ReadonlyMap<string, BusinessSystem>;
  readonly listen: GatewayFile['listen'];
  readonly connectionsPerAddress: number;
  /** Addresses and networks whose word on a client's address is taken, and how they give it. */
  readonly believed: Pick<GatewayFile, 'proxyProtocol' | 'trustedProxies'>;
  /** Absent: nobody asks. */
  readonly forwardAuth: ForwardAuthConfig | undefined;
  /** Every host of the public listener: the portal's and the systems'. */
  readonly hosts: readonly string[];
  readonly tls: ServerCertificateFiles;
  /** Absent: browsers are asked for no certificate. */
  readonly card: CardHostConfig | undefined;
  readonly dataFolder: string;
  /** Signing keys, cookie secret and CRL seal; several nodes share it. */
  readonly keyFolder: string;
  readonly assertionKeys: AssertionKeysConfig;
  readonly database:
    | { readonly kind: 'embedded' }
    | { readonly kind: 'postgresql'; readonly url: string; readonly ca?: string; readonly poolSize: number };
  /** Absent: sessions are in the process. */
  readonly redis: RedisSettings | undefined;
  readonly trustFolder: string;
  readonly revocation: Omit<GatewayFile['revocation'], 'blockListFile'> & {
    readonly blockListFile: string | undefined;
  };
  /** How often one address may do each act in five minutes. */
  readonly limits: Readonly<Record<LimitedAct, number>>;
  readonly sessions: SessionLimits;
  readonly cardComponent: GatewayFile['cardComponent'];
  readonly citizenCertificate: GatewayFile['citizenCertificate'];
  readonly agency: GatewayFile['agency'];
  readonly ownershipNotice: GatewayFile['ownershipNotice'];
  readonly accounts: AccountPolicies;
  readonly mail:
    | {
        readonly from: string;
        readonly host: string;
        readonly port: number;
        readonly tls: 'implicit' | 'starttls' | 'none';
        readonly ca?: string;
        readonly credentials?: { readonly user: string; readonly password: string };
      }
    | undefined;
  /** Calendar months for which records of requests are kept. */
  readonly accessRecordMonths: number;
  readonly rulesOfUse: GatewayFile['rulesOfUse'];
  readonly deputyMaxDays: number;
  readonly helpDesk: GatewayFile['helpDesk'];
  readonly stop: GatewayFile['stop'];
  readonly log: GatewayFile['log'];
}

/** Where the configuration lies if the command line does not say: `MOICA_GATEWAY_CONFIG`, else the usual place. */
export function defaultConfigPath(environment: NodeJS.ProcessEnv = process.env): string {
  return environment['MOICA_GATEWAY_CONFIG'] ?? '/etc/moica-gateway/gateway.yaml';
}

/** The name that a caller of the command line goes by; declared, not verified. */
export function declaredUserName(environment: NodeJS.ProcessEnv = process.env): string | null {
  return environment['SUDO_USER'] ?? environment['USER'] ?? null;
}

/** Reads `gateway.yaml` and the files it names. @throws ConfigurationFault with every problem found */
export function loadConfig(path: string): GatewayConfig {
  const file = resolve(path);
  const { content: gateway, sha256 } = readYamlFile(file, gatewayFileSchema);
  const at = (relative: string): string => resolve(dirname(file), relative);
  const systemsPath = at(gateway.systems);
  const { content: systemsFile, sha256: systemsSha256 } = readYamlFile(systemsPath, systemsFileSchema);

  const port = gateway.publicPort ?? gateway.listen.public.port;
  const problems = [
    ...checkPort(port),
    ...checkUpstreams(gateway, systemsFile),
    ...checkUpstreamFiles(gateway.upstreams, at),
    ...checkFiles(gateway, at),
    ...checkDatabase(gateway, at),
    ...checkRedis(gateway, at),
    ...checkAssertionKeyFiles(gateway.assertionKeys, at),
    ...checkListenAddresses(gateway),
    ...checkCardKeys(gateway),
  ];
  refuse(file, problems);

  const portalHost = `portal.${gateway.baseDomain}`;
  const systems = composeSystems(gateway, systemsFile, port, at);
  const card = composeCardHost(gateway, at, originOf);
  const hosts = [portalHost, ...[...systems.values()].map(system => system.host)];
  if (card !== undefined && hosts.includes(card.host)) {
    refuse(file, [`card.host: ${card.host} is a host of the public listener already`]);
  }
  const tls = { certificate: at(gateway.tls.certificate), key: at(gateway.tls.key) };
  const certificates = readServerCertificates({ tls, hosts, card });
  if (!certificates.ok) refuse(file, certificates.problems);
  const forwardAuth = composeForwardAuth(gateway.forwardAuth, at);
  const ofForwardAuth = readForwardAuthCertificates(forwardAuth);
  if (!ofForwardAuth.ok) refuse(file, ofForwardAuth.problems);
  return {
    file,
    files: { gateway: { path: file, sha256 }, systems: { path: systemsPath, sha256: systemsSha256 } },
    portal: { host: portalHost, port, origin: originOf(portalHost, port) },
    systems,
    listen: gateway.listen,
    connectionsPerAddress: gateway.connectionsPerAddress,
    believed: { proxyProtocol: gateway.proxyProtocol, trustedProxies: gateway.trustedProxies },
    forwardAuth,
    hosts,
    tls,
    card,
    dataFolder: at(gateway.dataFolder),
    keyFolder: at(gateway.keyFolder ?? join(gateway.dataFolder, 'keys')),
    assertionKeys: composeAssertionKeys(gateway.assertionKeys, at),
    database: composeDatabase(gateway, at),
    redis: composeRedis(gateway.redis, at),
    trustFolder: at(gateway.trust.folder),
    revocation: { ...gateway.revocation, blockListFile: blockListPath(gateway, at) },
    limits: {
      password: gateway.addressLimits.passwords,
      challenge: gateway.addressLimits.challenges,
      'card-proof': gateway.addressLimits.refusedCards,
      'trouble-report': gateway.addressLimits.troubleReports,
      'refusal-record': gateway.addressLimits.refusalRecords,
      purpose: gateway.addressLimits.purposes,
    },
    sessions: {
      idleMs: gateway.sessions.idleMinutes * 60_000,
      lifetimeMs: gateway.sessions.lifetimeHours * 3_600_000,
      concurrent: composeConcurrent(gateway),
    },
    cardComponent: gateway.cardComponent,
    citizenCertificate: gateway.citizenCertificate,
    agency: gateway.agency,
    ownershipNotice: gateway.ownershipNotice,
    accounts: {
      dormancy: gateway.accounts.dormancy,
      accountChecks: gateway.accounts.check,
      profileReminderMonths: gateway.accounts.profileReminderMonths,
      oneDayPasswordDays: gateway.accounts.oneDayPasswordDays,
    },
    mail: composeMail(gateway, at),
    accessRecordMonths: gateway.accessRecords.keptMonths,
    rulesOfUse: gateway.rulesOfUse,
    deputyMaxDays: gateway.accounts.deputyMaxDays,
    helpDesk: gateway.helpDesk,
    stop: gateway.stop,
    log: gateway.log,
  };
}

function refuse(file: string, problems: readonly string[]): void {
  if (problems.length > 0) throw new ConfigurationFault(problems.map(line => `${file}: ${line}`));
}

function blockListPath(gateway: GatewayFile, at: (path: string) => string): string | undefined {
  const { blockListFile } = gateway.revocation;
  return blockListFile === undefined ? undefined : at(blockListFile);
}

function composeSystems(
  gateway: GatewayFile,
  file: SystemsFile,
  port: number,
  at: (path: string) => string,
): Map<string, BusinessSystem> {
  return new Map(
    file.systems.map(system => {
      const host = `${system.host}.${gateway.baseDomain}`;
      const settings = gateway.upstreams[system.id];
      const upstream = settings === undefined ? null : composeUpstream(settings, at);
      const { idleMinutes, purposes = [], purposeMinutes, limits, routes, ...given } = system;
      const { subjectParameters, caseParameters, ...facts } = given;
      const namedParameters = composeNamedParameters(subjectParameters, caseParameters);
      const declaring = { purposes, purposeMs: inMs(purposeMinutes) };
      const idleMs = inMs(idleMinutes);
      const limitedRoutes = composeRoutes(limits, routes);
      const own = { host, origin: originOf(host, port), upstream, idleMs, limitedRoutes, namedParameters };
      return [system.id, { ...facts, ...declaring, ...own }];
    }),
  );
}

function inMs(minutes: number | undefined): number | null {
  return minutes === undefined ? null : minutes * 60_000;
}

function composeDatabase(gateway: GatewayFile, at: (path: string) => string): GatewayConfig['database'] {
  if (gateway.database.kind === 'embedded') return { kind: 'embedded' };
  const { urlFile, caFile, poolSize } = gateway.database;
  return {
    kind: 'postgresql',
    url: readFileSync(at(urlFile), 'utf8').trim(),
    poolSize,
    ...(caFile === undefined ? {} : { ca: readFileSync(at(caFile), 'utf8') }),
  };
}

function composeMail({ mail }: GatewayFile, at: (path: string) => string): GatewayConfig['mail'] {
  if (mail === undefined) return undefined;
  const { host, port, tls, caFile, user, passwordFile } = mail.smtp;
  const read = (path: string): string => readFileSync(at(path), 'utf8').trim();
  return {
    from: mail.from,
    host,
    port,
    tls,
    ...(caFile === undefined ? {} : { ca: read(caFile) }),
    ...(user === undefined || passwordFile === undefined
      ? {}
      : { credentials: { user, password: read(passwordFile) } }),
  };
}

function composeConcurrent({ sessions }: GatewayFile): SessionLimits['concurrent'] {
  const { account, card, cardTls, oneDayPassword } = sessions.concurrent;
  return { account, card, 'card-tls': cardTls, 'one-day-password': oneDayPassword };
}

function checkRedis({ redis, database }: GatewayFile, at: (path: string) => string): string[] {
  const isAlone = redis !== undefined && database.kind === 'embedded';
  return [
    ...(isAlone
      ? ['redis: needs database.kind postgresql; the end of a session must outlive Redis, on every node']
      : []),
    ...checkRedisFiles(redis, at),
  ];
}

function checkPort(port: number): string[] {
  return port === 0
    ? ['publicPort: missing; with a free port (listen.public.port: 0) nobody could be sent back here']
    : [];
}

function checkUpstreams(gateway: GatewayFile, file: SystemsFile): string[] {
  const known = new Set(file.systems.map(system => system.id));
  const elsewhere = gateway.forwardAuth?.systems ?? [];
  const missing = [...known].filter(id => !(id in gateway.upstreams) && !elsewhere.includes(id));
  const unknown = Object.keys(gateway.upstreams).filter(id => !known.has(id));
  const both = elsewhere.filter(id => id in gateway.upstreams);
  const limited = file.systems.filter(s => elsewhere.includes(s.id) && (s.limits ?? s.routes[0]) !== undefined);
  return [
    ...missing.map(id => `upstreams.${id}: missing`),
    ...unknown.map(id => `upstreams.${id}: unknown key`),
    ...elsewhere.filter(id => !known.has(id)).map(id => `forwardAuth.systems: ${id} is no system`),
    ...both.map(id => `upstreams.${id}: of no use, since forwardAuth.systems has it`),
    ...limited.map(
      ({ id }) => `forwardAuth.systems: limits and routes of ${id} are of no use; its own proxy has to set them`,
    ),
  ];
}

function checkFiles(gateway: GatewayFile, at: (path: string) => string): string[] {
  const files: [string, string | undefined][] = [
    ['tls.certificate', gateway.tls.certificate],
    ['tls.key', gateway.tls.key],
    ['card.tls.certificate', gateway.card?.tls.certificate],
    ['card.tls.key', gateway.card?.tls.key],
    ['trust.folder', gateway.trust.folder],
    ['revocation.blockListFile', gateway.revocation.blockListFile],
    ['database.urlFile', gateway.database.kind === 'postgresql' ? gateway.database.urlFile : undefined],
    ['mail.smtp.caFile', gateway.mail?.smtp.caFile],
    ['mail.smtp.passwordFile', gateway.mail?.smtp.passwordFile],
    ['database.caFile', gateway.database.kind === 'postgresql' ? gateway.database.caFile : undefined],
  ];
  return files.flatMap(([key, path]) =>
    path === undefined || existsSync(at(path)) ? [] : [`${key}: there is nothing at ${at(path)}`],
  );
}

function originOf(host: string, port: number): string {
  return `https://${host}${port === 443 ? '' : `:${port}`}`;
}
