import { createServer } from 'node:net';
import { z } from 'zod';
import { readJson, replaceFile, type DemoFolder } from './demo-folder.ts';

/** What the demo would like to listen on; a busy port is replaced by a free one. */
const WANTED = { public: 8443, card: 8444, ops: 9090, pki: 8089, cardAgent: 61_161 } as const;

export type DemoPorts = Readonly<Record<keyof typeof WANTED, number>>;

const portsFile = z.object({ public: z.int(), card: z.int(), ops: z.int(), pki: z.int(), cardAgent: z.int() });

/** Chooses the ports: those of the last run, else the usual ones, else free ones. */
export async function choosePorts(folder: DemoFolder): Promise<DemoPorts> {
  const last = portsFile.safeParse(readJson(folder.ports));
  const wanted: DemoPorts = last.success ? last.data : WANTED;
  const ports: DemoPorts = {
    public: await freePort(wanted.public),
    card: await freePort(wanted.card),
    ops: await freePort(wanted.ops),
    pki: await freePort(wanted.pki),
    cardAgent: await freePort(wanted.cardAgent),
  };
  replaceFile(folder.ports, JSON.stringify(ports));
  return ports;
}

async function freePort(wanted: number): Promise<number> {
  return (await tryPort(wanted)) ?? (await tryPort(0)) ?? Promise.reject(new Error('No port is free on 127.0.0.1.'));
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise(resolve => {
    const probe = createServer();
    probe.once('error', () => resolve(undefined));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined));
    });
  });
}
