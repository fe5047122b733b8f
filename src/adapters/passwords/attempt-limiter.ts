import { isIPv6 } from 'node:net';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { AttemptLimiter } from '../../flows/ports/passwords.ts';

/**
 * An office reaches us from one address: sixty people who type a password in five minutes are more than a morning with
 * the network's cards out of order brings, and one guess in five seconds is no attack on anything.
 */
const RULE = { attempts: 60, windowS: 300 };

/** Counts in this process's memory. */
export function createAttemptLimiter(rule = RULE): AttemptLimiter {
  const limiter = new RateLimiterMemory({ points: rule.attempts, duration: rule.windowS });
  return {
    async countAttempt(clientAddress) {
      try {
        await limiter.consume(networkOf(clientAddress));
        return 0;
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) return Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
        throw refusal;
      }
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
