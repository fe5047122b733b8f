import { describe, expect, test } from 'vitest';
import { createMetrics, type Figure } from '../../../src/adapters/metrics/metrics.ts';

const aFigure = (changes: Partial<Figure>): Figure => ({
  name: 'moica_gateway_trial',
  help: 'A trial.',
  kind: 'gauge',
  labels: [],
  read: () => [],
  ...changes,
});

describe('metrics', () => {
  test('count requests by labels of closed lists, and time those that were passed on', async () => {
    const metrics = createMetrics();
    const { meter } = metrics;
    const request = {
      systemId: 'company',
      channel: 'http',
      status: 200,
      reason: 'role-granted',
      durationMs: 30,
    } as const;
    meter.count(request);
    meter.count({ ...request, status: 204 });
    meter.count({ ...request, status: 403, reason: 'rule-denies' });
    meter.count({ ...request, status: null, channel: 'websocket' });
    const { text, contentType } = await metrics.scrape();
    expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
    const counted = text.split('\n').filter(line => line.startsWith('moica_gateway_requests_total{'));
    expect(counted).toEqual([
      'moica_gateway_requests_total{system="company",channel="http",status="2xx",reason="role-granted"} 2',
      'moica_gateway_requests_total{system="company",channel="http",status="4xx",reason="rule-denies"} 1',
      'moica_gateway_requests_total{system="company",channel="websocket",status="none",reason="role-granted"} 1',
    ]);
    expect(text).toContain('moica_gateway_request_duration_seconds_bucket{le="0.025",system="company"} 0');
    expect(text).toContain('moica_gateway_request_duration_seconds_bucket{le="0.05",system="company"} 2');
    expect(text).toContain('moica_gateway_request_duration_seconds_count{system="company"} 2');
    expect(text).toMatch(/^nodejs_eventloop_lag_seconds /m);
    expect(text).toMatch(/^process_cpu_seconds_total /m);
  });

  test('are read anew at each scrape; a counter tells the total, and what has gone is told no more', async () => {
    const metrics = createMetrics();
    let servers = ['a', 'b'];
    let total = 5;
    metrics.add([
      aFigure({ labels: ['server'], read: () => servers.map(server => ({ labels: { server }, value: 1 })) }),
      aFigure({ name: 'moica_gateway_trial_total', kind: 'counter', read: () => [{ labels: {}, value: total }] }),
    ]);
    const lines = async () =>
      (await metrics.scrape()).text.split('\n').filter(line => /^moica_gateway_trial/.test(line));
    expect(await lines()).toEqual([
      'moica_gateway_trial{server="a"} 1',
      'moica_gateway_trial{server="b"} 1',
      'moica_gateway_trial_total 5',
    ]);
    servers = ['b'];
    total = 7;
    expect(await lines()).toEqual(['moica_gateway_trial{server="b"} 1', 'moica_gateway_trial_total 7']);
  });

  test('leave out a figure that cannot be read, and tell the others', async () => {
    const metrics = createMetrics();
    metrics.add([
      aFigure({ read: () => Promise.reject(new Error('away')) }),
      aFigure({
        name: 'moica_gateway_broken',
        read: () => {
          throw new Error('broken');
        },
      }),
      aFigure({ name: 'moica_gateway_sound', read: () => Promise.resolve([{ labels: {}, value: 3 }]) }),
    ]);
    const { text } = await metrics.scrape();
    expect(text).not.toMatch(/^moica_gateway_(?:trial|broken) /m);
    expect(text).toMatch(/^moica_gateway_sound 3$/m);
  });
});
