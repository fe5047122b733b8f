import { readFileSync } from 'node:fs';

/** What a proxy of the bench is told when it is started as a process of its own. */
export interface ProxyTask {
  /** Origin of the business system. */
  readonly upstream: string;
  /** Files with the certificate and key that all contenders show, PEM. */
  readonly certificate: string;
  readonly key: string;
  /** Address of the PostgreSQL in which the gateway keeps its records; absent: embedded in it. */
  readonly database?: string;
}

/** What it answers once it listens. */
export interface ProxyReady {
  readonly port: number;
  /** Value of the `Cookie` field of a session that is open there; empty where nothing is asked. */
  readonly cookie: string;
}

export function readTask(): ProxyTask & { readonly tls: { readonly cert: string; readonly key: string } } {
  const task = JSON.parse(process.argv[2] ?? '') as ProxyTask;
  return { ...task, tls: { cert: readFileSync(task.certificate, 'utf8'), key: readFileSync(task.key, 'utf8') } };
}

/** Tells the bench, and ends with it. */
export function announce(ready: ProxyReady): void {
  process.once('disconnect', () => process.exit(0));
  process.send?.(ready);
}

/** The port of a server that listens. */
export function portOf(address: string | { readonly port: number } | null): number {
  if (address === null || typeof address === 'string') throw new Error('It does not listen on a port.');
  return address.port;
}
