import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { createAssertionVerifier, type VerifiedIdentity } from '../../src/verifier/verifier.ts';
import { insertCard } from './cards.ts';
import type { DemoDescription } from './description.ts';
import { logInByCertificate } from './log-in-by-certificate.ts';
import { openSystemPage } from './log-in.ts';
import { createWebClient, type WebClient } from './web-client.ts';

const echoSchema = z.object({
  method: z.string(),
  target: z.string(),
  headers: z.array(z.tuple([z.string(), z.string()])),
});

/**
 * Does a whole card login without a browser: asks for a page of 公司登記系統, is sent to the portal, has the card sign
 * the challenge through the agent, comes back, and prints the request as that system received it.
 *
 * @returns whether the system was reached
 * @throws AssertionRejected when the assertion in that request does not verify for the system
 */
export async function checkDemo(demo: DemoDescription, print: (line: string) => void): Promise<boolean> {
  const [person] = demo.people;
  const company = demo.systems['company'];
  if (person === undefined || company === undefined) throw new Error('The demo has no people or no company system.');
  await insertCard(dirname(person.p12), person.account);
  const client = createWebClient(readFileSync(demo.ca));
  const url = `${company}/echo?from=demo-check`;
  const answer = await openSystemPage(client, { url, portal: demo.portal, agent: demo.cardAgent, pin: person.pin });
  if (answer.status !== 200) {
    print(`公司登記系統 was not reached: status ${answer.status}\n${answer.text}`);
    return false;
  }
  const echo = echoSchema.parse(JSON.parse(answer.text));
  print(`${person.name} (${person.account}) logged in with the card. The request as 公司登記系統 received it:\n`);
  print(`  ${echo.method} ${echo.target}`);
  for (const [name, value] of echo.headers) print(`  ${name}: ${value.length > 96 ? `${value.slice(0, 96)}…` : value}`);

  const identity = await verifyEcho(client, demo, company, echo.headers);
  const isInByCertificate = await checkCertificateLogin(demo, person);
  print('\nThe assertion verifies; the system knows:\n');
  for (const [name, value] of Object.entries(identity)) print(`  ${name}: ${JSON.stringify(value)}`);
  print(
    isInByCertificate
      ? `\n${person.account} also logged in by TLS client certificate at ${demo.cardHost}.`
      : `\nThe login by TLS client certificate at ${demo.cardHost} failed.`,
  );
  return isInByCertificate;
}

/** A whole login by the certificate in the handshake, in a browser of its own; without a certificate there is none. */
async function checkCertificateLogin(demo: DemoDescription, person: DemoDescription['people'][number]) {
  const client = createWebClient(readFileSync(demo.ca));
  const without = await logInByCertificate(client, { ...demo, card: null });
  const arrived = await logInByCertificate(client, { ...demo, card: person });
  return without.status === 403 && arrived.status === 303 && arrived.headers['location'] === '/';
}

async function verifyEcho(
  client: WebClient,
  demo: DemoDescription,
  company: string,
  headers: readonly (readonly [string, string])[],
): Promise<VerifiedIdentity> {
  const assertions = headers.filter(([name]) => name.toLowerCase() === 'x-gateway-assertion');
  const token = assertions[0]?.[1];
  if (assertions.length !== 1 || token === undefined)
    throw new Error(`The request carried ${assertions.length} assertions.`);
  const keys = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });
  const jwks = keys.parse(JSON.parse((await client.send(`${demo.portal}/.well-known/jwks.json`)).text));
  const verifier = createAssertionVerifier({ issuer: demo.portal, audience: company, jwks });
  return verifier.verify(token);
}
