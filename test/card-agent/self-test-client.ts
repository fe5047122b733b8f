import { request } from 'node:http';
import type { AgentProcess } from './agent-process.ts';
import { send } from './popup-client.ts';

export const OWN_PAGE = { 'sec-fetch-site': 'same-origin' };

export async function openSelfTest(agent: AgentProcess): Promise<{ readonly text: string; readonly token: string }> {
  const { text } = await send(agent.port, { path: '/selfTest.htm' });
  return { text, token: /data-watch="([^"]+)"/.exec(text)![1]! };
}

interface Changes {
  /** HTML of the results, one entry a change */
  readonly told: readonly string[];
  readonly end: () => void;
}

/** Listens as the page's script does. */
export async function listen(agent: AgentProcess): Promise<Changes> {
  const { token } = await openSelfTest(agent);
  const told: string[] = [];
  const path = `/selfTest/changes?token=${token}`;
  const headers = { host: `localhost:${String(agent.port)}`, ...OWN_PAGE };
  return await new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port: agent.port, path, headers, agent: false }, response => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        const events = (text + part).split('\n\n');
        text = events.pop() ?? '';
        told.push(...events.map(event => JSON.parse(event.replace(/^data: /, '')) as string));
      });
      response.on('error', () => undefined); // ended by us
      resolve({ told, end: () => outgoing.destroy() });
    });
    outgoing.once('error', reject);
    outgoing.end();
  });
}

/** The states of the five steps, in order. */
export const states = (html: string): string[] =>
  [...html.matchAll(/step-(ok|attention|stop|skipped)/g)].map(found => found[1]!);
