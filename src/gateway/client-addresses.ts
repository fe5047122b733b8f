import type { Socket } from 'node:net';
import { clientAddressOf } from '../http-fields/client-address.ts';
import { readForwardedFor } from './forwarded-for.ts';
import { networkMatcher } from '../config/networks.ts';

/** Whose word on a client's address is taken: addresses, or networks as `address/prefix`. */
export interface BelievedProxies {
  /** Peers whose connections must begin with a header of the PROXY protocol; nobody else's may. */
  readonly proxyProtocol: readonly string[];
  /** Peers whose `X-Forwarded-For` counts; everybody else's is dropped unread. */
  readonly trustedProxies: readonly string[];
}

/** From which address a connection or a request comes, behind the proxies that are believed. */
export class ClientAddresses {
  #mustSendHeader: (address: string) => boolean;
  #isTrusted: (address: string) => boolean;
  /** By the two ends of a connection, since Node does not say which bare one a TLS connection came about on. */
  readonly #told = new Map<string, { readonly socket: Socket; readonly source: string }>();
  readonly #settled = new WeakMap<Socket, string>();

  constructor(believed: BelievedProxies = { proxyProtocol: [], trustedProxies: [] }) {
    this.#mustSendHeader = networkMatcher(believed.proxyProtocol);
    this.#isTrusted = networkMatcher(believed.trustedProxies);
  }

  /** Believes others from now on; what connections have said before stays said. */
  renew(believed: BelievedProxies): void {
    this.#mustSendHeader = networkMatcher(believed.proxyProtocol);
    this.#isTrusted = networkMatcher(believed.trustedProxies);
  }

  /** Whether connections of this peer must begin with a header of the PROXY protocol. */
  mustSendHeader(address: string): boolean {
    return this.#mustSendHeader(address);
  }

  /** Whether many clients speak on its connections, as its `X-Forwarded-For` says. */
  isTrustedProxy(address: string): boolean {
    return this.#isTrusted(address);
  }

  /** Keeps the source that a header named for this bare connection. */
  tell(socket: Socket, source: string): void {
    const ends = endsOf(socket);
    this.#told.set(ends, { socket, source });
    socket.once('close', () => {
      if (this.#told.get(ends)?.socket === socket) this.#told.delete(ends);
    });
  }

  /** Binds a TLS connection to what its header said. @returns false where that cannot be told any more */
  settle(socket: Socket): boolean {
    const source = this.#told.get(endsOf(socket))?.source;
    if (source !== undefined) this.#settled.set(socket, source);
    return (
      source !== undefined || (socket.remoteAddress !== undefined && !this.mustSendHeader(clientAddressOf(socket)))
    );
  }

  ofConnection(socket: Socket): string {
    return this.#settled.get(socket) ?? clientAddressOf(socket);
  }

  /**
   * undefined where a trusted proxy's `X-Forwarded-For` cannot be read.
   *
   * @param peer who speaks on the connection, where that is known already
   */
  ofRequest(
    { socket, rawHeaders }: { readonly socket: Socket; readonly rawHeaders: readonly string[] },
    peer: string = this.ofConnection(socket),
  ): string | undefined {
    return this.#isTrusted(peer) ? readForwardedFor(rawHeaders, peer, this.#isTrusted) : peer;
  }
}

/** Names a connection by its two ends; no other has the same while it is open. */
export function endsOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  return [remoteAddress, remotePort, localAddress, localPort].join(' ');
}
