import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { z } from 'zod';
import type { UpstreamSettings } from '../flows/ports/upstream-settings.ts';
import { isRoutedPath } from './routed-path.ts';

const loopbackHosts = new Set(['localhost', '127.0.0.1', '[::1]']);
const text = z.string().trim().min(1);

function parseOrigin(text: string): URL | undefined {
  const url = URL.parse(text);
  return url !== null && url.origin !== 'null' && `${url.origin}/` === url.href ? url : undefined;
}

const server = z
  .string()
  .refine(text => parseOrigin(text) !== undefined, {
    message: 'must be an origin such as https://host:port, without a path',
    abort: true,
  })
  .refine(text => {
    const url = parseOrigin(text);
    return url?.protocol === 'https:' || (url?.protocol === 'http:' && loopbackHosts.has(url.hostname));
  }, 'must be https: a system off loopback is reached through TLS only');

const tls = z
  .strictObject({
    /** PEM of the authorities of the servers' certificates; absent: the public ones that Node knows. */
    caFile: text.optional(),
    /** PEM, shown to the servers. */
    certificate: text.optional(),
    key: text.optional(),
    /** The name in the servers' certificates, where it is not the one that is dialled. */
    serverName: z
      .string()
      .regex(/^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/, 'must be a host name in lower case')
      .optional(),
  })
  .refine(({ certificate, key }) => (certificate === undefined) === (key === undefined), {
    path: ['key'],
    message: 'certificate and key belong together',
  });

const health = z
  .strictObject({
    /** Answers GET with 2xx or 3xx, without a login; absent: a connection is enough. */
    path: z
      .string()
      .refine(isRoutedPath, 'must be a path such as /healthz, without query, empty or dot segments')
      .optional(),
    /** Seconds between two looks at one server. */
    everySeconds: z.number().min(0.2).max(300).default(5),
    timeoutSeconds: z.number().min(0.1).max(60).default(2),
  })
  .transform(({ path, everySeconds, timeoutSeconds }) => ({
    path: path ?? null,
    everyMs: everySeconds * 1_000,
    timeoutMs: timeoutSeconds * 1_000,
  }));

const upstream = z
  .strictObject({
    /** Each serves any request; more than sixteen is no machine room but a mistake. */
    servers: z
      .array(server)
      .min(1)
      .max(16)
      .refine(servers => new Set(servers).size === servers.length, 'names a server twice'),
    /** What they are spoken to; WebSockets go by HTTP/1.1 all the same. */
    protocol: z.enum(['http/1.1', 'h2']).default('http/1.1'),
    tls: tls.optional(),
    health: health.optional(),
    /** Same machine room: anything above a second is trouble already. */
    connectSeconds: z.number().min(0.1).max(60).default(5),
  })
  .refine(({ servers, tls }) => tls === undefined || servers.every(server => server.startsWith('https:')), {
    path: ['tls'],
    message: 'has no meaning for a server that is not https',
  });

/** One of `upstreams` in `gateway.yaml`: an origin, or where several servers are and how they are reached. */
export const upstreamSchema = z.preprocess(
  input => (typeof input === 'string' ? { servers: [input] } : input),
  upstream,
);

type Upstream = z.infer<typeof upstream>;

/** What is wrong with the files that upstreams name. */
export function checkUpstreamFiles(upstreams: Record<string, Upstream>, at: (path: string) => string): string[] {
  return Object.entries(upstreams).flatMap(([id, upstream]) => {
    const named = upstream.tls ?? {};
    const files = (['caFile', 'certificate', 'key'] as const).flatMap(key => {
      const path = named[key];
      return path === undefined ? [] : [{ key: `upstreams.${id}.tls.${key}`, path: at(path) }];
    });
    const missing = files.filter(({ path }) => !existsSync(path));
    if (missing.length > 0) return missing.map(({ key, path }) => `${key}: there is nothing at ${path}`);
    return unfitFiles(id, named, at);
  });
}

/** Composes where a system runs; it has been checked, and the files are there. */
export function composeUpstream(upstream: Upstream, at: (path: string) => string): UpstreamSettings {
  const { servers, protocol, health, connectSeconds } = upstream;
  const { caFile, certificate, key, serverName } = upstream.tls ?? {};
  const read = (path: string): string => readFileSync(at(path), 'utf8');
  return {
    servers,
    protocol,
    tls: {
      ...(caFile === undefined ? {} : { ca: read(caFile) }),
      ...(certificate === undefined || key === undefined ? {} : { certificate: read(certificate), key: read(key) }),
      ...(serverName === undefined ? {} : { serverName }),
    },
    health: health ?? null,
    connectMs: connectSeconds * 1_000,
  };
}

function unfitFiles(id: string, named: z.infer<typeof tls>, at: (path: string) => string): string[] {
  const problems: string[] = [];
  const { caFile, certificate, key } = named;
  if (caFile !== undefined && !isCertificate(readFileSync(at(caFile)))) {
    problems.push(`upstreams.${id}.tls.caFile: is no PEM certificate`);
  }
  if (certificate !== undefined && key !== undefined && !isPair(at(certificate), at(key))) {
    problems.push(`upstreams.${id}.tls.key: is no PEM key of tls.certificate`);
  }
  return problems;
}

function isCertificate(pem: Buffer): boolean {
  try {
    return new X509Certificate(pem).subject.length >= 0;
  } catch {
    return false;
  }
}

function isPair(certificate: string, key: string): boolean {
  try {
    createSecureContext({ cert: readFileSync(certificate), key: readFileSync(key) });
    return true;
  } catch {
    return false;
  }
}
