import { isDeepStrictEqual } from 'node:util';
import type { GatewayConfig } from '../config.ts';

type Fixed = readonly [keys: string, part: (config: GatewayConfig) => unknown];

/**
 * What a running process cannot change: the keys as operators write them, and what they stand for. Whoever adds to the
 * configuration says so here; nothing (`[]`) means that it is taken up by SIGHUP.
 */
const FIXED: Readonly<Record<keyof GatewayConfig, readonly Fixed[]>> = {
  file: [],
  files: [],
  portal: [['baseDomain, publicPort', config => config.portal]],
  systems: [],
  listen: [['listen', config => config.listen]],
  believed: [],
  connectionsPerAddress: [],
  hosts: [],
  tls: [],
  card: [['card.host, card.publicPort', config => config.card?.origin]],
  forwardAuth: [['forwardAuth.listen', config => config.forwardAuth?.listen]],
  accessRecordMonths: [],
  dataFolder: [['dataFolder', config => config.dataFolder]],
  keyFolder: [['keyFolder', config => config.keyFolder]],
  database: [['database, or what its files hold', config => config.database]],
  // How often they are rotated is asked anew every time.
  assertionKeys: [['assertionKeys.kind and where they are', ({ assertionKeys: { rotateDays: _, ...place } }) => place]],
  redis: [['redis, or what its files hold', config => config.redis]],
  trustFolder: [['trust.folder', config => config.trustFolder]],
  revocation: [['revocation', config => config.revocation]],
  limits: [],
  // What has ended is remembered as long as a session may live.
  sessions: [['sessions.lifetimeHours', config => config.sessions.lifetimeMs]],
  cardComponent: [],
  citizenCertificate: [],
  agency: [],
  ownershipNotice: [],
  accounts: [],
  mail: [],
  rulesOfUse: [],
  deputyMaxDays: [],
  helpDesk: [],
  stop: [],
  log: [],
};

/** The keys of a new configuration that would need a restart. */
export function changedFixedKeys(running: GatewayConfig, next: GatewayConfig): readonly string[] {
  return Object.values(FIXED)
    .flat()
    .filter(([, part]) => !isDeepStrictEqual(part(running), part(next)))
    .map(([keys]) => keys);
}
