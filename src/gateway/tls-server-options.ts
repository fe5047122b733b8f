import type { ServerOptions } from 'node:https';
import type { SecureContextOptions } from 'node:tls';
import type { ListenerSettings } from './listener-settings.ts';

/** Certificate chain and key, PEM. */
export type ServerIdentity = Pick<SecureContextOptions, 'key' | 'cert'>;

/** All that TLS 1.3 has; of 1.2 only those with forward secrecy and authenticated encryption (D1-091). */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
];

/** What every HTTPS listener speaks. Node takes the whole of it anew whenever a certificate is renewed. */
export function tlsContextOptions(identity: ServerIdentity): SecureContextOptions {
  return { ...identity, minVersion: 'TLSv1.2', ciphers: CIPHERS.join(':'), honorCipherOrder: true };
}

/** How every HTTPS listener reads requests of HTTP/1.1, the one version it speaks unless it offers another. */
export function httpOptions(settings: ListenerSettings): ServerOptions {
  return {
    handshakeTimeout: settings.handshakeMs,
    maxHeaderSize: settings.requestHeadBytes,
    headersTimeout: settings.requestHeadMs,
    keepAliveTimeout: settings.keepAliveMs,
    connectionsCheckingInterval: 5_000,
    insecureHTTPParser: false,
    requireHostHeader: false,
  };
}
