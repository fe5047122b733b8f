import { isIPv6 } from 'node:net';
import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import type { AddressLimiter, LimitedAct, LimitedSubject } from '../../flows/ports/address-limiter.ts';
import { StoreFault } from '../../flows/ports/store-fault.ts';
import { clientAddressOf, ipv6Groups } from '../../http-fields/client-address.ts';

/** How often one address may do each act within `WINDOW_S`. */
export type AddressLimits = Readonly<Record<LimitedAct, number>>;

/** Long enough that waiting it out is no way of trying many, short enough for whoever shares the address to wait. */
const WINDOW_S = 300;

/** A site's /48 holds 65,536 networks that a single machine can speak from: together they may do so much more than one. */
const SITE_FACTOR = 4;

interface Counter {
  readonly limiter: RateLimiterAbstract;
  readonly key: string;
}

/** Counts in this process's memory. */
export function createMemoryAddressLimiter(limits: AddressLimits): AddressLimiter {
  return createAddressLimiter(limits, settings => new RateLimiterMemory(settings));
}

/**
 * Counts in Redis, for all nodes together. Both operations throw `StoreFault` while Redis is away.
 *
 * @param redis.keyPrefix begins every key
 */
export function createRedisAddressLimiter(
  limits: AddressLimits,
  redis: { readonly client: Redis; readonly keyPrefix: string },
): AddressLimiter {
  return createAddressLimiter(limits, settings => {
    const keyPrefix = `${redis.keyPrefix}limit:${settings.keyPrefix}`;
    // No limiter in memory stands in: each node alone would let as many through as all of them together.
    return new RateLimiterRedis({ ...settings, keyPrefix, storeClient: redis.client });
  });
}

/** @param makeLimiter counts to `points` within `duration` seconds, under keys that begin with `keyPrefix` */
function createAddressLimiter(limits: AddressLimits, makeLimiter: MakeLimiter): AddressLimiter {
  const one = makeLimiters(limits, 1, makeLimiter);
  const site = makeLimiters(limits, SITE_FACTOR, makeLimiter);
  const countersOf = (act: LimitedAct, subject: LimitedSubject): readonly Counter[] => {
    if ('accountId' in subject) return [{ limiter: one[act], key: `account ${subject.accountId}` }];
    const address = clientAddressOf({ remoteAddress: subject.clientAddress });
    if (!isIPv6(address)) return [{ limiter: one[act], key: address }];
    const groups = ipv6Groups(address);
    // The wider first: once a site is held back, its thousands of networks take no room here.
    return [
      { limiter: site[act], key: `${groups.slice(0, 3).join(':')}::/48` },
      { limiter: one[act], key: `${groups.slice(0, 4).join(':')}::/64` },
    ];
  };
  return {
    async count(act, subject) {
      const passed: Counter[] = [];
      for (const counter of countersOf(act, subject)) {
        const refusal = await consume(counter);
        if (refusal !== null) {
          // What one network is held back for shall not hold back its neighbours.
          await giveBack(passed);
          const retryAfterS = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
          return { retryAfterS, isFirstHeldBack: refusal.consumedPoints === counter.limiter.points + 1 };
        }
        passed.push(counter);
      }
      return { retryAfterS: 0, isFirstHeldBack: false };
    },
    forgive: (act, subject) => giveBack(countersOf(act, subject)),
  };
}

type MakeLimiter = (settings: {
  readonly keyPrefix: string;
  readonly points: number;
  readonly duration: number;
}) => RateLimiterAbstract;

function makeLimiters(
  limits: AddressLimits,
  factor: number,
  makeLimiter: MakeLimiter,
): Readonly<Record<LimitedAct, RateLimiterAbstract>> {
  const limiterOf = (act: LimitedAct): RateLimiterAbstract =>
    makeLimiter({ keyPrefix: act, points: limits[act] * factor, duration: WINDOW_S });
  return {
    password: limiterOf('password'),
    challenge: limiterOf('challenge'),
    'card-proof': limiterOf('card-proof'),
    'trouble-report': limiterOf('trouble-report'),
    'refusal-record': limiterOf('refusal-record'),
    purpose: limiterOf('purpose'),
  };
}

/** Null: the act goes on. */
async function consume({ limiter, key }: Counter): Promise<RateLimiterRes | null> {
  try {
    await limiter.consume(key);
    return null;
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return refusal;
    throw asStoreFault(refusal);
  }
}

async function giveBack(counters: readonly Counter[]): Promise<void> {
  try {
    for (const { limiter, key } of counters) await limiter.reward(key);
  } catch (error) {
    throw asStoreFault(error);
  }
}

/** The client's own errors carry the command with all it was given: only their message is kept. */
function asStoreFault(error: unknown): StoreFault {
  return new StoreFault(`Attempts could not be counted: ${error instanceof Error ? error.message : String(error)}`);
}
