import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import type { CertificateProxy } from '../../src/gateway/card-peer.ts';
import { FORWARD_AUTH_DIALECTS } from '../../src/http-fields/forward-auth/dialect.ts';
import type { DemoFolder } from './demo-folder.ts';
import type { DemoPorts } from './ports.ts';
import type { DemoSystem } from './upstreams/demo-system.ts';

export const DEMO_BASE = 'gateway.localhost';

/** Version of the rules of use that the demo's people have acknowledged. */
export const DEMO_RULES_VERSION = '1';

/** Departures from the usual demo. */
export interface DemoSettings {
  /** Idle limit of sessions in minutes; the documents' own unless told. */
  readonly idleMinutes?: number;
  /** A PostgreSQL database of its own instead of the embedded store. */
  readonly postgresqlUrl?: string;
  /** When the demo's OCSP responder is asked; as a fallback unless told. */
  readonly ocspMode?: 'off' | 'fallback' | 'first';
  /** How often CRLs are fetched; every minute unless told. */
  readonly refreshMinutes?: number;
  /** File with the cards that are refused, by its path from the demo's folder. */
  readonly blockListFile?: string;
  /** Other demos may start at the same moment, so the usual ports are not even tried. */
  readonly isOneOfMany?: boolean;
  /** Proxies in front of the card host; none unless told. */
  readonly cardProxies?: readonly CertificateProxy[];
  /** Arguments that tell the card agent where its card is; the demo's soft cards unless told. */
  readonly cardSource?: readonly string[];
  /** Where the gateway listens; 127.0.0.1 unless something else listens there, a balancer before several nodes. */
  readonly gatewayAddress?: string;
  /** Further keys of `gateway.yaml`, as they are. */
  readonly more?: Readonly<Record<string, unknown>>;
}

const systemsSchema = z.object({
  systems: z.array(z.object({ id: z.string(), name: z.string(), nameEn: z.string(), host: z.string() })),
});

/** The systems of `config/systems.yaml`, at the demo's addresses. */
export function demoSystems(checkout: string, publicPort: number): DemoSystem[] {
  const file = systemsSchema.parse(parse(readFileSync(join(checkout, 'config/systems.yaml'), 'utf8')));
  return file.systems.map(({ id, name, nameEn, host }) => ({ id, name, nameEn, origin: demoOrigin(host, publicPort) }));
}

/** Origin of a demo host as browsers see it. */
export function demoOrigin(label: string, publicPort: number): string {
  return `https://${label}.${DEMO_BASE}:${publicPort}`;
}

/** `gateway.yaml` of the demo: everything on loopback, stores embedded. */
export function composeConfiguration(
  checkout: string,
  folder: DemoFolder,
  ports: DemoPorts,
  parts: { readonly upstreams: Readonly<Record<string, string>>; readonly crls: readonly string[] },
  settings: DemoSettings,
): string {
  const address = settings.gatewayAddress ?? '127.0.0.1';
  return stringify({
    baseDomain: DEMO_BASE,
    listen: {
      public: { address, port: ports.public },
      card: { address, port: ports.card },
      ops: { address, port: ports.ops },
    },
    // Whatever proxy somebody tries beside the demo, it asks from this machine.
    forwardAuth: {
      listen: { address, port: ports.forwardAuth },
      peers: FORWARD_AUTH_DIALECTS.map(dialect => ({ address: '127.0.0.1', dialect })),
    },
    tls: { certificate: 'tls/server.pem', key: 'tls/server.key' },
    card: { tls: { certificate: 'tls/card.pem', key: 'tls/card.key' }, proxies: settings.cardProxies ?? [] },
    dataFolder: 'data',
    database:
      settings.postgresqlUrl === undefined ? { kind: 'embedded' } : { kind: 'postgresql', urlFile: 'database-url' },
    systems: relative(folder.root, join(checkout, 'config/systems.yaml')),
    upstreams: parts.upstreams,
    trust: { folder: 'trust' },
    revocation: {
      refreshMinutes: settings.refreshMinutes ?? 1,
      crls: parts.crls,
      ocsp: { mode: settings.ocspMode ?? 'fallback', hosts: [`127.0.0.1:${ports.pki}`] },
      allowPrivateAddresses: true,
      ...(settings.blockListFile === undefined ? {} : { blockListFile: settings.blockListFile }),
    },
    sessions: settings.idleMinutes === undefined ? {} : { idleMinutes: settings.idleMinutes },
    rulesOfUse: { version: DEMO_RULES_VERSION },
    cardComponent: { origin: `http://localhost:${ports.cardAgent}` },
    citizenCertificate: {
      home: 'https://moica.nat.gov.tw/',
      unblock: 'https://moica.nat.gov.tw/unblockcard.html',
      componentDownload: 'https://moica.nat.gov.tw/rac_plugin.html',
    },
    agency: {
      name: '經濟部',
      nameEn: 'Ministry of Economic Affairs',
      product: '商工e網通',
      productEn: 'Commerce and Industry e-Network',
      door: '業務帳號認證閘道（示範）',
      doorEn: 'Business Account Gateway (demonstration)',
    },
    ownershipNotice: {
      zh: '本資料為經濟部專有之財產，非經書面許可，不准透露或使用本資料，亦不准複印，複製或轉變成任何其他形式使用。',
      en: 'The information contained herein is the exclusive property of MOEA and shall not be distributed, reproduced, or disclosed in whole or in part without prior written permission of MOEA.',
    },
    helpDesk: {
      phone: '02-0000-0000',
      hours: { zh: '上班日 08:30–17:30（示範）', en: 'Working days 08:30–17:30 (demo)' },
    },
    ...settings.more,
  });
}
