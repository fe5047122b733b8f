import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { z } from 'zod';
import { readJson, replaceFile, type DemoFolder } from './demo-folder.ts';

/** What the demo would like to listen on; a busy port is replaced by a free one. */
const USUAL = { public: 8443, card: 8444, ops: 9090, forwardAuth: 9091, pki: 8089, cardAgent: 61_161 } as const;

export type DemoPorts = Readonly<Record<keyof typeof USUAL, number>>;

const portsFile = z.object({
  public: z.int(),
  card: z.int(),
  ops: z.int(),
  forwardAuth: z.int().optional(),
  pki: z.int(),
  cardAgent: z.int(),
});

/**
 * Chooses the ports: those of the last run, else the usual ones, else free ones.
 *
 * @param isOneOfMany the usual ones are left to others: demos that start at once would take them from each other
 */
export async function choosePorts(folder: DemoFolder, isOneOfMany: boolean): Promise<DemoPorts> {
  const last = portsFile.safeParse(readJson(folder.ports));
  const wanted: { readonly [Name in keyof DemoPorts]?: number | undefined } = last.success
    ? last.data
    : isOneOfMany
      ? {}
      : USUAL;
  const ports: DemoPorts = {
    public: await portFor(wanted.public),
    card: await portFor(wanted.card),
    ops: await portFor(wanted.ops),
    forwardAuth: await portFor(wanted.forwardAuth),
    pki: await portFor(wanted.pki),
    cardAgent: await portFor(wanted.cardAgent),
  };
  replaceFile(folder.ports, JSON.stringify(ports));
  return ports;
}

async function portFor(wanted: number | undefined): Promise<number> {
  return wanted !== undefined && (await isFree(wanted)) ? wanted : findFreePort();
}

/**
 * A port that is free and stays so for the moment until somebody listens there: below those that the kernel gives to
 * outgoing connections.
 */
export async function findFreePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = randomInt(20_000, 32_000);
    if (await isFree(port)) return port;
  }
  throw new Error('No port is free on 127.0.0.1.');
}

function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
