import { z } from 'zod';
import { signWithAgent } from './sign-with-agent.ts';
import type { WebAnswer, WebClient } from './web-client.ts';

const challengeSchema = z.object({ challengeId: z.string(), tbs: z.string(), expiresAt: z.string() });

/** Asks the portal for a login challenge, as its page does. */
export async function askChallenge(client: WebClient, portal: string) {
  return challengeSchema.parse(JSON.parse((await client.postJson(`${portal}/login/card/challenge`, {})).text));
}

export interface LoginSteps {
  /** The portal's answer to the signature: 200 with `next`, or a problem. */
  readonly answer: WebAnswer;
  /** Where a browser goes next; undefined when refused. */
  readonly next: string | undefined;
}

/**
 * Logs in with the card in the agent's reader, as the login page does.
 *
 * @param trip the id from the address of the login page, when a system's page led there
 */
export async function logInWithCard(
  client: WebClient,
  options: { readonly portal: string; readonly agent: string; readonly pin: string; readonly trip?: string },
): Promise<LoginSteps> {
  const { portal, agent, pin, trip } = options;
  const challenge = await askChallenge(client, portal);
  const signed = await signWithAgent(agent, { pageOrigin: portal, tbs: challenge.tbs, pin });
  if (!signed.ok) {
    throw new Error(`The card refuses to sign: 0x${signed.retCode.toString(16)} / 0x${signed.lastError.toString(16)}.`);
  }
  const { signature, certificate } = signed;
  const { challengeId } = challenge;
  const body = { challengeId, signature, certificate, ...(trip === undefined ? {} : { trip }) };
  const answer = await client.postJson(`${portal}/login/card`, body);
  const next = answer.status === 200 ? z.object({ next: z.string() }).parse(JSON.parse(answer.text)).next : undefined;
  return { answer, next: next === undefined ? undefined : new URL(next, portal).href };
}

/**
 * Walks from a business system's page through the portal's login and back, as a browser does.
 *
 * @returns the answer of the system (or of the gateway in its place) to the page that was asked for
 */
export async function openSystemPage(
  client: WebClient,
  options: { readonly url: string; readonly portal: string; readonly agent: string; readonly pin: string },
): Promise<WebAnswer> {
  const sentAway = await client.navigate(options.url);
  const trip = new URL(locationOf(sentAway)).searchParams.get('trip') ?? '';
  const page = await client.navigate(locationOf(sentAway));
  if (page.status !== 200) throw new Error(`The login page answers ${page.status}.`);
  const { next, answer } = await logInWithCard(client, { ...options, trip });
  if (next === undefined) return answer;
  const entered = await client.navigate(next);
  if (entered.status !== 303) return entered;
  return client.navigate(new URL(locationOf(entered), options.url).href);
}

/** Where a redirect leads. @throws when the answer is none */
export function locationOf(answer: WebAnswer): string {
  const { location } = answer.headers;
  if (typeof location !== 'string')
    throw new Error(`Status ${answer.status} leads nowhere: ${answer.text.slice(0, 200)}`);
  return location;
}
