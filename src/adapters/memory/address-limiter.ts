import { isIPv6 } from 'node:net';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { AddressLimiter, LimitedAct } from '../../flows/ports/address-limiter.ts';

/** How often one address may do each act within `WINDOW_S`. */
export type AddressLimits = Readonly<Record<LimitedAct, number>>;

/** Long enough that waiting it out is no way of trying many, short enough for whoever shares the address to wait. */
const WINDOW_S = 300;

/** Counts in this process's memory. */
export function createMemoryAddressLimiter(limits: AddressLimits): AddressLimiter {
  const limiterOf = (act: LimitedAct): RateLimiterMemory =>
    new RateLimiterMemory({ keyPrefix: act, points: limits[act], duration: WINDOW_S });
  const limiters: Readonly<Record<LimitedAct, RateLimiterMemory>> = {
    password: limiterOf('password'),
    challenge: limiterOf('challenge'),
    'card-proof': limiterOf('card-proof'),
    'trouble-report': limiterOf('trouble-report'),
  };
  return {
    async count(act, clientAddress) {
      try {
        await limiters[act].consume(networkOf(clientAddress));
        return { retryAfterS: 0, isFirstHeldBack: false };
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        const retryAfterS = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
        return { retryAfterS, isFirstHeldBack: refusal.consumedPoints === limits[act] + 1 };
      }
    },
    async forgive(act, clientAddress) {
      await limiters[act].reward(networkOf(clientAddress));
    },
  };
}

/** Whoever has an IPv6 address has the 2^64 around it too. */
function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  // The URL parser writes an address in its one short form; from there all eight groups follow.
  const short = new URL(`http://[${address.split('%', 1)[0] ?? ''}]`).hostname.slice(1, -1);
  const [head = '', tail] = short.split('::');
  const groups = head === '' ? [] : head.split(':');
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length);
  const whole = [...groups, ...Array<string>(missing).fill('0'), ...(tail ? tail.split(':') : [])];
  return `${whole.slice(0, 4).join(':')}::/64`;
}
