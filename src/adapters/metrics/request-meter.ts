import { Counter, Histogram, type Registry } from '@prometheus-io/client';
import type { RequestMeter } from '../../flows/ports/request-meter.ts';

/** Seconds. Pages and what they load are answered in the first half of it; beyond the last, people have gone. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Counts into metrics. Labels are the configuration's systems and closed lists; never a path, an account or an address. */
export function createRequestMeter(registry: Registry): RequestMeter {
  const requests = new Counter({
    name: 'moica_gateway_requests_total',
    help: 'Requests to business systems that are over, by the class of their status and why they passed or did not.',
    labelNames: ['system', 'channel', 'status', 'reason'],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'moica_gateway_request_duration_seconds',
    help: 'From the judgement of a request that was passed on to the last byte of its response; WebSockets are left out.',
    labelNames: ['system'],
    buckets: BUCKETS,
    registers: [registry],
  });
  return {
    count({ systemId, channel, status, reason, durationMs }) {
      requests.inc({ system: systemId, channel, status: classOf(status), reason });
      const isPassed = reason === 'role-granted' || reason === 'requirements-met';
      if (channel === 'http' && isPassed) seconds.observe({ system: systemId }, durationMs / 1_000);
    },
  };
}

/** `none`: the client left, or was cut off, before it was told one. */
function classOf(status: number | null): string {
  return status === null ? 'none' : `${Math.trunc(status / 100)}xx`;
}
