import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { isThisMachine, type RedisSettings } from '../adapters/redis/connection-options.ts';

const text = z.string().trim().min(1);

/** `host:port`; an IPv6 address stands in brackets. */
const server = z
  .string()
  .regex(/^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):[1-9]\d{0,4}$/, 'must be host:port')
  .transform(value => {
    const colon = value.lastIndexOf(':');
    return { host: value.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port: Number(value.slice(colon + 1)) };
  })
  .refine(({ port }) => port <= 65_535, 'must be host:port');

/** `redis` of `gateway.yaml`: where sessions are when there are several nodes. */
export const redisSchema = z
  .strictObject({
    /** The one server. */
    server: server.optional(),
    /** Or the Sentinels that know which server is the master. */
    sentinel: z
      .strictObject({
        /** Of the master, as the Sentinels have it. */
        name: text,
        servers: z.array(server).min(1),
        user: text.optional(),
        passwordFile: text.optional(),
      })
      .refine(({ user, passwordFile }) => user === undefined || passwordFile !== undefined, {
        path: ['passwordFile'],
        message: 'missing; a user has a password',
      })
      .optional(),
    user: text.optional(),
    /** File that holds the password, so that it stands in no configuration. */
    passwordFile: text.optional(),
    /** PEM of the authorities of the servers' certificates; with it everything goes through TLS. */
    caFile: text.optional(),
    /** PEM, shown to servers that ask for a certificate. */
    certificateFile: text.optional(),
    keyFile: text.optional(),
    /** Begins every key and channel; nodes of one gateway share it, and nobody else. Short: it stands in every key. */
    keyPrefix: z
      .string()
      .regex(/^[a-z0-9][a-z0-9:_-]{0,15}$/, 'must be 1 to 16 of a–z, 0–9, colon, hyphen and underscore')
      .default('gateway:'),
  })
  .superRefine((redis, context) => {
    const complain = (path: string[], message: string): void => context.addIssue({ code: 'custom', path, message });
    if ((redis.server === undefined) === (redis.sentinel === undefined)) {
      complain([], 'needs either server or sentinel');
    }
    if (redis.user !== undefined && redis.passwordFile === undefined) {
      complain(['passwordFile'], 'missing; a user has a password');
    }
    if ((redis.certificateFile === undefined) !== (redis.keyFile === undefined)) {
      complain(['keyFile'], 'certificateFile and keyFile belong together');
    }
    if (redis.caFile !== undefined) return;
    if (redis.certificateFile !== undefined) complain(['caFile'], 'missing; a certificate is shown through TLS only');
    const servers = redis.sentinel?.servers ?? (redis.server === undefined ? [] : [redis.server]);
    if (!servers.every(({ host }) => isThisMachine(host))) {
      complain(['caFile'], 'missing; a Redis off loopback is reached through TLS only');
    }
  });

type RedisFile = z.infer<typeof redisSchema>;

/** What is wrong with the files that it names. @param at makes a path absolute */
export function checkRedisFiles(redis: RedisFile | undefined, at: (path: string) => string): string[] {
  const files: [string, string | undefined, (text: string) => string | undefined][] = [
    ['passwordFile', redis?.passwordFile, judgePassword],
    ['sentinel.passwordFile', redis?.sentinel?.passwordFile, judgePassword],
    ['caFile', redis?.caFile, judgeCertificates],
    ['certificateFile', redis?.certificateFile, judgeCertificates],
    ['keyFile', redis?.keyFile, judgeKey],
  ];
  return files.flatMap(([key, path, judge]) => {
    if (path === undefined) return [];
    const text = attempt(() => readFileSync(at(path), 'utf8'));
    const problem = text === undefined ? `there is nothing at ${at(path)}` : judge(text);
    return problem === undefined ? [] : [`redis.${key}: ${problem}`];
  });
}

function judgePassword(text: string): string | undefined {
  return text.trim() === '' ? 'is empty' : undefined;
}

/** TLS takes what it can read and says nothing of the rest; with no authority at all nobody would be trusted. */
function judgeCertificates(text: string): string | undefined {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  const areSound = blocks.length > 0 && blocks.every(block => attempt(() => new X509Certificate(block)) !== undefined);
  return areSound ? undefined : 'holds no PEM certificate, or a broken one';
}

function judgeKey(text: string): string | undefined {
  return attempt(() => createPrivateKey(text)) === undefined ? 'holds no PEM private key' : undefined;
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** With all files read. @param at makes a path absolute */
export function composeRedis(redis: RedisFile | undefined, at: (path: string) => string): RedisSettings | undefined {
  if (redis === undefined) return undefined;
  const read = <K extends string>(key: K, path: string | undefined): { readonly [P in K]?: string } =>
    path === undefined ? {} : ({ [key]: readFileSync(at(path), 'utf8').trim() } as { [P in K]: string });
  const { server: single, sentinel, user, caFile, keyPrefix } = redis;
  const where = sentinel === undefined ? single : { sentinels: sentinel.servers, name: sentinel.name };
  if (where === undefined) throw new Error('Redis without an address passed the schema.');
  return {
    server: where,
    ...(user === undefined ? {} : { user }),
    ...read('password', redis.passwordFile),
    ...(sentinel?.user === undefined ? {} : { sentinelUser: sentinel.user }),
    ...read('sentinelPassword', sentinel?.passwordFile),
    ...(caFile === undefined
      ? {}
      : {
          tls: {
            ca: readFileSync(at(caFile), 'utf8'),
            ...read('certificate', redis.certificateFile),
            ...read('key', redis.keyFile),
          },
        }),
    keyPrefix,
  };
}
