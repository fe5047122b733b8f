import type { UpstreamSettings } from '../../src/flows/ports/upstream-settings.ts';

/** One server that is spoken to as `upstreams` has it where nothing but an origin is given. */
export function plainUpstream(origin: string, changes: Partial<UpstreamSettings> = {}): UpstreamSettings {
  return { servers: [origin], protocol: 'http/1.1', tls: {}, health: null, connectMs: 5_000, ...changes };
}
