import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { clientAddressOf } from '../../http-fields/client-address.ts';
import type { ForwardAuthDialect } from '../../http-fields/forward-auth/dialect.ts';
import { networkMatcher } from '../../config/networks.ts';

/** A proxy that may ask, and the dialect that it is believed in. */
export interface ForwardAuthPeer {
  /** An address, or a network as `address/prefix`. */
  readonly address: string;
  readonly dialect: ForwardAuthDialect;
  /** SHA-256 of the client certificate that it must show, hex; absent: any that its CA has issued. */
  readonly certificateSha256?: string | undefined;
}

/** Who may ask. */
export interface Peers {
  /** Whether anybody at the other end of this bare connection is listed. */
  mayConnect(socket: Socket): boolean;
  /** What the peer may ask in, by its address and the certificate that it has shown; empty: it is nobody. */
  dialectsOf(socket: Socket): ReadonlySet<ForwardAuthDialect>;
}

export function listPeers(peers: readonly ForwardAuthPeer[]): Peers {
  const listed = peers.map(peer => ({ ...peer, includes: networkMatcher([peer.address]) }));
  const at = (socket: Socket) => {
    const address = clientAddressOf(socket);
    return listed.filter(({ includes }) => includes(address));
  };
  return {
    mayConnect: socket => at(socket).length > 0,
    dialectsOf(socket) {
      const shown = certificateSha256Of(socket);
      const its = at(socket).filter(({ certificateSha256: pin }) => pin === undefined || pin === shown);
      return new Set(its.map(({ dialect }) => dialect));
    },
  };
}

function certificateSha256Of(socket: Socket): string | undefined {
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  return certificate?.fingerprint256.replaceAll(':', '').toLowerCase();
}
