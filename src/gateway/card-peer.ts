import type { X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { clientAddressOf } from '../http-fields/client-address.ts';
import {
  readClientCertificate,
  type CertificateDialect,
  type PresentedCertificate,
} from '../http-fields/client-cert.ts';
import { networkMatcher } from '../config/networks.ts';

/** A TLS-terminating proxy in front of the card listener, whose word on the client's certificate is taken. */
export interface CertificateProxy {
  /** An address, or a network as `address/prefix`. */
  readonly address: string;
  readonly dialect: CertificateDialect;
  /** SHA-256 of the client certificate that the proxy itself must show to us, hex; absent: its address is enough. */
  readonly certificateSha256?: string | undefined;
}

/** What the person's browser showed, and to whom. */
export interface CardPeer {
  readonly presented: PresentedCertificate;
  /** It came by a listed proxy: the connection's address is the proxy's. */
  readonly viaProxy: boolean;
}

/**
 * Makes the reader of client certificates. Of a listed proxy only the field of its dialect counts, never the certificate
 * that it shows itself; of anybody else only the certificate of the connection, never a field. An address that is
 * listed with a certificate which the peer has not shown is believed in neither way.
 * The connection's own peer counts, never an address that a PROXY header names: another machine's loopback is not ours.
 */
export function createPeerReader(
  proxies: readonly CertificateProxy[],
): (request: Pick<IncomingMessage, 'socket' | 'rawHeaders'>) => CardPeer {
  const listed = proxies.map(proxy => ({ ...proxy, includes: networkMatcher([proxy.address]) }));
  return ({ socket, rawHeaders }) => {
    const address = clientAddressOf(socket);
    const candidates = listed.filter(({ includes }) => includes(address));
    const own = peerCertificateOf(socket);
    if (candidates.length === 0) {
      return {
        presented: own === undefined ? { kind: 'none' } : { kind: 'certificate', der: own.raw },
        viaProxy: false,
      };
    }
    const sha256 = own?.fingerprint256.replaceAll(':', '').toLowerCase();
    const proxy = candidates.find(({ certificateSha256: pin }) => pin === undefined || pin === sha256);
    const presented: PresentedCertificate =
      proxy === undefined ? { kind: 'unreadable' } : readClientCertificate(rawHeaders, proxy.dialect);
    return { presented, viaProxy: true };
  };
}

function peerCertificateOf(socket: Socket): X509Certificate | undefined {
  return socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
}
