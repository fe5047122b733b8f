import type { Figure, Reading } from './adapters/metrics/metrics.ts';
import type { PublicListener } from './gateway/public-listener.ts';
import { productVersion } from './product-version.ts';
import type { Stores } from './stores.ts';

/** What the gateway tells of itself at each scrape, besides the requests that it counts. README, "Metrics". */
export function listFigures(
  stores: Pick<Stores, 'gateway' | 'trustReport'>,
  listener: Pick<PublicListener, 'openCounts' | 'upstreamStates'>,
): Figure[] {
  const { access, database } = stores.gateway;
  return [
    {
      name: 'moica_gateway_build_info',
      help: 'Always 1; its label is the version that runs.',
      kind: 'gauge',
      labels: ['version'],
      read: () => [{ labels: { version: productVersion() }, value: 1 }],
    },
    {
      name: 'moica_gateway_open_exchanges',
      help: 'Requests, event streams and WebSockets that are under way.',
      kind: 'gauge',
      labels: ['kind'],
      read: () => Object.entries(listener.openCounts()).map(([kind, value]) => ({ labels: { kind }, value })),
    },
    {
      name: 'moica_gateway_upstream_up',
      help: 'Whether a server of a business system is given requests: 1, or 0 where it fails.',
      kind: 'gauge',
      labels: ['system', 'server'],
      read: () =>
        listener.upstreamStates().map(({ system, server, state }) => ({
          labels: { system, server },
          value: Number(state === 'up'),
        })),
    },
    {
      name: 'moica_gateway_upstream_requests',
      help: 'Requests and WebSockets under way at a server of a business system.',
      kind: 'gauge',
      labels: ['system', 'server'],
      read: () =>
        listener
          .upstreamStates()
          .map(({ system, server, underWay }) => ({ labels: { system, server }, value: underWay })),
    },
    {
      name: 'moica_gateway_sessions',
      help: 'Sessions without a recorded end, of all nodes.',
      kind: 'gauge',
      labels: [],
      read: async () => {
        const everybody = { scope: { kind: 'everything' } } as const;
        const { total } = await database.sessions.findSessions(everybody, { offset: 0, limit: 1 });
        return [plain(total)];
      },
    },
    {
      name: 'moica_gateway_access_records_total',
      help: 'Access records that were written, or lost since there was no room for them while the database was away.',
      kind: 'counter',
      labels: ['outcome'],
      read: () => {
        const { written, lost } = access.counts;
        return [
          { labels: { outcome: 'written' }, value: written },
          { labels: { outcome: 'lost' }, value: lost },
        ];
      },
    },
    {
      name: 'moica_gateway_access_records_waiting',
      help: 'Access records that are not written yet.',
      kind: 'gauge',
      labels: [],
      read: () => [plain(access.counts.waiting)],
    },
    {
      name: 'moica_gateway_access_records_writable',
      help: 'Whether access records can be written, as far as is known: while 0, systems with strict records are shut.',
      kind: 'gauge',
      labels: [],
      read: () => [plain(Number(access.isWritable))],
    },
    {
      name: 'moica_gateway_crl_age_seconds',
      help: 'Since thisUpdate of the CRL in use; absent where there is none.',
      kind: 'gauge',
      labels: ['url'],
      read: () =>
        stores
          .trustReport()
          .crls.flatMap(({ url, ageMinutes }) =>
            ageMinutes === null ? [] : [{ labels: { url }, value: ageMinutes * 60 }],
          ),
    },
    {
      name: 'moica_gateway_trust_anchor_expiry_seconds',
      help: 'When a pinned trust anchor expires, in Unix time.',
      kind: 'gauge',
      labels: ['sha256'],
      read: () =>
        stores.trustReport().anchors.map(({ sha256, notAfter }) => ({
          labels: { sha256 },
          value: Date.parse(notAfter) / 1_000,
        })),
    },
  ];
}

function plain(value: number): Reading {
  return { labels: {}, value };
}
