import { collectDefaultMetrics, Counter, Gauge, Registry } from '@prometheus-io/client';
import type { RequestMeter } from '../../flows/ports/request-meter.ts';
import { createRequestMeter } from './request-meter.ts';

/** A value of a figure, with its labels. */
export interface Reading {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A figure that is read at each scrape. */
export interface Figure {
  /** Begins with `moica_gateway_`; a counter's ends in `_total`. */
  readonly name: string;
  readonly help: string;
  readonly kind: 'gauge' | 'counter';
  readonly labels: readonly string[];
  /** One that fails leaves the figure out of this scrape. */
  read(): readonly Reading[] | Promise<readonly Reading[]>;
}

export interface Metrics {
  readonly meter: RequestMeter;
  /** Has figures read at each scrape from now on. */
  add(figures: readonly Figure[]): void;
  /** The text that Prometheus reads. */
  scrape(): Promise<{ readonly contentType: string; readonly text: string }>;
}

/** What this process tells of itself; its own memory, CPU, garbage collection and event loop included. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return {
    meter: createRequestMeter(registry),
    add: figures => figures.forEach(figure => addFigure(registry, figure)),
    scrape: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}

function addFigure(registry: Registry, figure: Figure): void {
  const { name, help, kind, labels } = figure;
  const collect = async (): Promise<void> => {
    const readings = await readOrNothing(figure);
    metric.reset();
    if (labels.length === 0) metric.remove();
    for (const reading of readings) metric.inc(reading.labels, reading.value);
  };
  const settings = { name, help, labelNames: [...labels], registers: [registry], collect };
  const metric: Gauge<string> | Counter<string> = kind === 'gauge' ? new Gauge(settings) : new Counter(settings);
}

async function readOrNothing(figure: Figure): Promise<readonly Reading[]> {
  try {
    return await figure.read();
  } catch {
    // What cannot be read is told by the checks of /readyz; a scrape goes on without it.
    return [];
  }
}
