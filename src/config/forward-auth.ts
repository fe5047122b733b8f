import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { z } from 'zod';
import { FORWARD_AUTH_DIALECTS } from '../http-fields/forward-auth/dialect.ts';
import { believedProxy } from './believed-proxies.ts';
import { listener } from './listener.ts';
import { isOneLoopbackAddress } from './networks.ts';

const file = z.string().trim().min(1);

/** Where proxies ask whether they may pass a request on, and which. */
export const forwardAuthSchema = z
  .strictObject({
    listen: listener,
    /** Required off loopback: both sides show certificates. */
    tls: z
      .strictObject({
        certificate: file,
        key: file,
        /** PEM of the CA that issues the proxies' certificates, and nobody else's. */
        clientCaFile: file,
      })
      .optional(),
    /** Whoever is not listed is closed off without a word. */
    peers: z
      .array(
        z.strictObject({
          address: believedProxy,
          /** In which fields it states what it was asked for; only these are read of it. */
          dialect: z.enum(FORWARD_AUTH_DIALECTS),
          /** SHA-256 of the one certificate that it must show. */
          certificateSha256: z
            .string()
            .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits, in lower case')
            .optional(),
        }),
      )
      .min(1, 'names nobody who may ask'),
    /** Systems that only these proxies lead to; they have no entry in `upstreams`, and nothing is passed on to them from here. */
    systems: z.array(z.string()).default([]),
  })
  .superRefine(({ listen, tls, peers }, check) => {
    if (tls !== undefined) return;
    if (!isOneLoopbackAddress(listen.address)) {
      check.addIssue({
        code: 'custom',
        path: ['tls'],
        message: 'missing; off loopback proxies ask through TLS, and both sides show certificates',
      });
    }
    peers.forEach(({ certificateSha256 }, index) => {
      if (certificateSha256 === undefined) return;
      const path = ['peers', index, 'certificateSha256'];
      check.addIssue({ code: 'custom', path, message: 'of no use without forwardAuth.tls' });
    });
  });

/** The listener for proxies that ask; as part of the whole configuration its paths are absolute. */
export type ForwardAuthConfig = z.infer<typeof forwardAuthSchema>;

/** @param at makes a path of the file absolute */
export function composeForwardAuth(
  forwardAuth: ForwardAuthConfig | undefined,
  at: (path: string) => string,
): ForwardAuthConfig | undefined {
  if (forwardAuth?.tls === undefined) return forwardAuth;
  const { certificate, key, clientCaFile } = forwardAuth.tls;
  return { ...forwardAuth, tls: { certificate: at(certificate), key: at(key), clientCaFile: at(clientCaFile) } };
}

/** The certificates of the listener as TLS takes them. */
export interface ForwardAuthCertificates {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly ca: Buffer;
}

/** Reads and checks them; undefined for a listener without TLS, or where there is none. */
export function readForwardAuthCertificates(
  config: ForwardAuthConfig | undefined,
):
  | { readonly ok: true; readonly certificates: ForwardAuthCertificates | undefined }
  | { readonly ok: false; readonly problems: readonly string[] } {
  if (config?.tls === undefined) return { ok: true, certificates: undefined };
  const { tls } = config;
  const keys = ['certificate', 'key', 'clientCaFile'] as const;
  const missing = keys.filter(key => !existsSync(tls[key]));
  if (missing.length > 0) {
    return { ok: false, problems: missing.map(key => `forwardAuth.tls.${key}: there is nothing at ${tls[key]}`) };
  }
  const [cert, key, ca] = [readFileSync(tls.certificate), readFileSync(tls.key), readFileSync(tls.clientCaFile)];
  const problems = [
    problemOf('forwardAuth.tls: certificate and key cannot be used', () => {
      if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) throw new Error('not of one key pair');
      createSecureContext({ cert, key });
    }),
    problemOf('forwardAuth.tls.clientCaFile: cannot be used', () => {
      if (!new X509Certificate(ca).ca) throw new Error('no certificate of a CA');
    }),
  ].flatMap(problem => problem ?? []);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, certificates: { cert, key, ca } };
}

function problemOf(what: string, work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return `${what} (${error instanceof Error ? error.message : String(error)})`;
  }
}
