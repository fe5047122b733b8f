import { isIPv6, type Socket } from 'node:net';
import { ipv6Groups } from '../http-fields/client-address.ts';

/** A site's /48 may have so many more than one of its networks. */
const SITE_FACTOR = 4;

/** How many connections the clients of one network address have open, so that none takes all that there are. */
export class ConnectionShares {
  #limit: number;
  readonly #open = new Map<string, number>();
  readonly #full = new Set<string>();

  /** @param limit connections of one address; of IPv6 of a /64, and four times as many of a /48 */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** For new connections; those that are open stay. */
  renew(limit: number): void {
    this.#limit = limit;
  }

  /**
   * Counts a connection as its client's until it closes. False where that has as many as it may.
   *
   * @param onFull is told once until that has half of them left
   */
  take(address: string, socket: Socket, onFull: () => void): boolean {
    if (socket.destroyed) return false;
    const counters = countersOf(address);
    const full = counters.find(({ key, factor }) => (this.#open.get(key) ?? 0) >= this.#limit * factor);
    if (full !== undefined) {
      if (!this.#full.has(full.key)) onFull();
      this.#full.add(full.key);
      return false;
    }
    for (const { key } of counters) this.#open.set(key, (this.#open.get(key) ?? 0) + 1);
    socket.once('close', () => {
      for (const { key, factor } of counters) this.#release(key, factor);
    });
    return true;
  }

  #release(key: string, factor: number): void {
    const left = (this.#open.get(key) ?? 1) - 1;
    if (left <= (this.#limit * factor) / 2) this.#full.delete(key);
    if (left > 0) this.#open.set(key, left);
    else this.#open.delete(key);
  }
}

function countersOf(address: string): readonly { readonly key: string; readonly factor: number }[] {
  if (!isIPv6(address)) return [{ key: address, factor: 1 }];
  const groups = ipv6Groups(address);
  return [
    { key: `${groups.slice(0, 4).join(':')}::/64`, factor: 1 },
    { key: `${groups.slice(0, 3).join(':')}::/48`, factor: SITE_FACTOR },
  ];
}
