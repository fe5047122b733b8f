import type { Redis } from 'ioredis';

/** This server would lose sessions, or does not know what our scripts need. */
export class UnusableRedisFault extends Error {
  override readonly name = 'UnusableRedisFault';
}

/**
 * Whether a server may hold sessions.
 *
 * @returns what could not be found out, for the operator
 * @throws UnusableRedisFault when it drops keys as it likes, or is older than 6.2
 */
export async function checkServer(client: Redis): Promise<string[]> {
  const facts = await readFacts(client);
  const warnings: string[] = [];

  const version = facts.get('redis_version');
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  if (version === undefined) warnings.push('Redis does not tell its version; it must be 6.2 or later.');
  else if (major < 6 || (major === 6 && minor < 2)) {
    throw new UnusableRedisFault(`The session store must be Redis 6.2 or later; this one is ${version}.`);
  }

  const policy = facts.get('maxmemory_policy');
  if (policy === undefined) {
    warnings.push(
      'Redis does not tell its maxmemory-policy; it must be noeviction, or sessions vanish when memory is short.',
    );
  } else if (policy !== 'noeviction') {
    throw new UnusableRedisFault(
      `maxmemory-policy of Redis is ${policy}: it would drop sessions when memory is short. Set it to noeviction.`,
    );
  }
  return warnings;
}

/** `INFO`, which managed services allow where they forbid `CONFIG`; none where it is forbidden, too. */
async function readFacts(client: Redis): Promise<ReadonlyMap<string, string>> {
  const text = await client.info().catch((error: unknown) => {
    if (error instanceof Error && /^(?:NOPERM|ERR unknown command)/.test(error.message)) return '';
    throw error;
  });
  return new Map(
    text.split('\r\n').flatMap(line => {
      const colon = line.indexOf(':');
      return colon < 0 ? [] : [[line.slice(0, colon), line.slice(colon + 1)] as const];
    }),
  );
}
