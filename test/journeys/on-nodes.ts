import { Agent } from 'node:https';
import { expect } from 'vitest';
import WebSocket from 'ws';
import { locationOf } from '../../scripts/demo-parts/log-in.ts';
import type { WebAnswer, WebClient } from '../../scripts/demo-parts/web-client.ts';
import { systemOf } from '../support/temporary-demo.ts';
import type { TwoGateways } from '../support/two-gateways.ts';
import { answerChallenge, readCard } from './p12-card.ts';

/** Follows redirects as a browser does, on whichever node the client is sent to. */
async function walk(client: WebClient, url: string): Promise<WebAnswer> {
  let at = url;
  for (let steps = 0; steps < 8; steps += 1) {
    const answer = await client.navigate(at);
    if (answer.status !== 302 && answer.status !== 303) return answer;
    at = new URL(locationOf(answer), at).href;
  }
  throw new Error(`${url} leads round in circles.`);
}

/** A browser that is logged in, and has opened the company system. */
export interface AtWork {
  /** Comes through nginx unless it is sent to a node. */
  readonly client: WebClient;
  /** Origin of the system. */
  readonly company: string;
  /** What the system's host gave it, kept beside the browser's own jar: a logout empties that one, and thieves have another. */
  readonly cookie: string;
}

/** Logs in with a card, and opens the company system's page, both at one address. */
export async function logInAt(
  { demo, folder }: Pick<TwoGateways, 'demo' | 'folder'>,
  client: WebClient,
  address: string,
  account = 'county-user',
): Promise<AtWork> {
  const there = client.at(address);
  const answer = await answerChallenge(there, `${demo.portal}/login/card`, readCard(folder, account));
  expect([answer.status, answer.text.slice(0, 300)]).toEqual([200, expect.any(String)]);
  const company = systemOf(demo, 'company');
  const page = await walk(there, `${company}/echo`);
  expect([page.status, page.text.slice(0, 300)]).toEqual([200, expect.any(String)]);
  const { hostname } = new URL(company);
  return { client, company, cookie: `__Host-gw=${client.cookies(hostname).get('__Host-gw') ?? ''}` };
}

/** A script's request that is nobody's work: it shows whether the session stands, and leaves it as it is. */
export async function statusAt(address: string, { client, company, cookie }: AtWork): Promise<number> {
  const headers = { cookie, 'x-activity': 'background', 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors' };
  return (await client.at(address).send(`${company}/echo`, { headers })).status;
}

export interface OpenSocket {
  /** How it was closed, and when (`performance.now()`). */
  readonly closed: Promise<{ readonly code: number; readonly reason: string; readonly at: number }>;
  send(text: string): void;
}

/** Opens the system's echo socket at a node, and waits for its first answer. */
export async function openSocketAt(address: string, { company, cookie }: AtWork, ca: Buffer): Promise<OpenSocket> {
  const { hostname, host, port } = new URL(company);
  const socket = new WebSocket(`wss://${address}:${port}/ws`, {
    agent: new Agent({ ca, servername: hostname }),
    origin: company,
    headers: { host, cookie },
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('open', () => socket.send('hello'));
    socket.once('message', () => resolve());
  });
  socket.on('error', () => undefined);
  return {
    closed: new Promise(resolve => {
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString('utf8'), at: performance.now() }));
    }),
    send: text => socket.send(text),
  };
}
