import { setTimeout as sleep } from 'node:timers/promises';
import type { VirtualCard } from '../support/virtual-card/card-content.ts';
import type { VirtualReader } from '../support/virtual-card/virtual-reader.ts';
import type { AgentProcess } from './agent-process.ts';
import { askToSign, send } from './popup-client.ts';

/** When the card leaves: while its key is at work, or so many milliseconds before or after the page has asked. */
type Moment = { readonly at: 'key use' } | { readonly at: 'before' | 'after'; readonly milliseconds: number };

/** What became of one signature whose card was pulled, and of the next one with the card back in. */
export interface Pull {
  readonly moment: string;
  readonly retCode: number;
  readonly lastError: number;
  /** until the page had its answer */
  readonly milliseconds: number;
  /** until the agent's home page came, asked for at the same time */
  readonly homePageMilliseconds: number;
  readonly retCodeAfterwards: number;
}

/** Mulberry32: the same pulls for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** pcscd looks at the virtual reader every 400 ms: what is asked of OpenSC in between meets a card that is gone. */
const BLIND_MS = 400;

function chooseMoment(random: () => number): Moment {
  const kind = random();
  if (kind < 0.3) return { at: 'key use' };
  if (kind < 0.8) return { at: 'before', milliseconds: Math.floor(random() * BLIND_MS) };
  return { at: 'after', milliseconds: Math.floor(random() * 60) };
}

/** The card is in when this begins and when it ends. */
export async function pullOnce(
  parts: {
    readonly agent: AgentProcess;
    readonly reader: VirtualReader;
    readonly card: VirtualCard;
    readonly pin: string;
  },
  random: () => number,
): Promise<Pull> {
  const { agent, reader, card, pin } = parts;
  const moment = chooseMoment(random);
  if (moment.at === 'key use') await reader.removeAtKeyUse();
  if (moment.at === 'before') {
    await reader.remove();
    await sleep(moment.milliseconds);
  }
  const begun = performance.now();
  const signing = askToSign(agent, { pin });
  const atHome = send(agent.port, { path: '/' }).then(() => performance.now() - begun);
  if (moment.at === 'after') {
    await sleep(moment.milliseconds);
    await reader.remove();
  }
  const reply = await signing;
  const milliseconds = performance.now() - begun;
  await reader.insert(card);
  const afterwards = await askToSign(agent, { pin });
  return {
    moment: moment.at === 'key use' ? moment.at : `${String(moment.milliseconds)} ms ${moment.at}`,
    retCode: reply.ret_code ?? NaN,
    lastError: reply.last_error ?? NaN,
    milliseconds,
    homePageMilliseconds: await atHome,
    retCodeAfterwards: afterwards.ret_code ?? NaN,
  };
}
