import { join } from 'node:path';
import { z } from 'zod';
import { readJson, type DemoFolder } from './demo-folder.ts';
import type { OpenedAuthority } from './open-authority.ts';
import { PINNED } from '../../test/authority/trust-files.ts';
import { DEMO_ORGANISATIONS } from './organisations.ts';
import { DEMO_PEOPLE } from './people.ts';
import type { PkiServices } from './pki-services.ts';
import type { DemoPorts } from './ports.ts';
import type { DemoSystem } from './upstreams/demo-system.ts';

/** `.demo/demo.json`: everything a program needs to use the running demo. Paths are absolute. */
export const descriptionSchema = z.object({
  portal: z.string(),
  /** Where a browser shows the card in its TLS handshake. */
  cardHost: z.string(),
  systems: z.record(z.string(), z.string()),
  /** Where proxies on this machine ask, each in its dialect: `<forwardAuth>/forward-auth/nginx` and so on. */
  forwardAuth: z.string(),
  ops: z.string(),
  cardAgent: z.string(),
  /** PEM file of the authority of the demo's TLS certificates. */
  ca: z.string(),
  pki: z.object({
    roots: z.array(z.string()),
    issuers: z.array(z.string()),
    crls: z.array(z.string()),
    ocsp: z.string(),
  }),
  people: z.array(
    z.object({
      account: z.string(),
      name: z.string(),
      role: z.string(),
      organization: z.string(),
      state: z.string(),
      /** What happens when this card logs in to the company system. */
      shows: z.object({ zh: z.string(), en: z.string() }),
      p12: z.string(),
      p12Password: z.string(),
      pin: z.string(),
      /** Of those who have yet to activate their accounts; good once, for seven days. */
      initialPassword: z.string().optional(),
    }),
  ),
  /** The process that runs the demo. */
  pid: z.int(),
  configuration: z.string(),
});

export type DemoDescription = z.infer<typeof descriptionSchema>;

export function composeDescription(parts: {
  readonly folder: DemoFolder;
  readonly ports: DemoPorts;
  readonly portal: string;
  readonly cardHost: string;
  readonly forwardAuth: string;
  readonly ops: string;
  readonly systems: readonly DemoSystem[];
  readonly authority: OpenedAuthority;
  readonly pki: PkiServices;
}): DemoDescription {
  const { folder, ports, authority, pki } = parts;
  const initialPasswords = z.record(z.string(), z.string()).parse(readJson(folder.initialPasswords) ?? {});
  const organisations = new Map(DEMO_ORGANISATIONS.map(({ code, name }) => [code, name]));
  return {
    portal: parts.portal,
    cardHost: parts.cardHost,
    systems: Object.fromEntries(parts.systems.map(({ id, origin }) => [id, origin])),
    forwardAuth: parts.forwardAuth,
    ops: parts.ops,
    cardAgent: `http://localhost:${ports.cardAgent}`,
    ca: authority.tlsCertificateFile,
    pki: {
      roots: [...authority.rootFiles],
      issuers: [...authority.issuerFiles],
      crls: PINNED.map(({ id }) => pki.crlUrls[id]),
      ocsp: pki.ocspUrl,
    },
    people: DEMO_PEOPLE.map(person => ({
      account: person.account,
      name: person.name,
      role: person.roles.join(','),
      organization: organisations.get(person.organisation) ?? person.organisation,
      state: person.state,
      shows: person.shows,
      p12: join(folder.cards, `${person.account}.p12`),
      p12Password: person.card.p12Password,
      pin: person.card.pin,
      ...(initialPasswords[person.account] === undefined ? {} : { initialPassword: initialPasswords[person.account] }),
    })),
    pid: process.pid,
    configuration: folder.configuration,
  };
}
