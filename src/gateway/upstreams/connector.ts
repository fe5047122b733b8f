import { isIP } from 'node:net';
import { buildConnector } from 'undici';
import type { UpstreamSettings } from '../../flows/ports/upstream-settings.ts';

/**
 * How connections to the servers of one system come about: TLS 1.2 or later, the certificate checked against the name that
 * is dialled (or the configured one), our own shown where there is one, and the configured protocol or none.
 */
export function connectorOf(
  settings: UpstreamSettings,
  protocol: UpstreamSettings['protocol'],
): buildConnector.connector {
  const { ca, certificate, key, serverName } = settings.tls;
  const speaksH2 = protocol === 'h2';
  const options: buildConnector.BuildOptions & { readonly useH2c: boolean } = {
    timeout: settings.connectMs,
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    allowH2: speaksH2,
    preferH2: speaksH2,
    // On loopback, without TLS, nothing is negotiated: both know.
    useH2c: speaksH2,
    ...(ca === undefined ? {} : { ca }),
    ...(certificate === undefined || key === undefined ? {} : { cert: certificate, key }),
  };
  const connect = buildConnector(options);
  // undici derives the name for TLS from Host, which is the system's public name; checked is the name we connect to.
  return ({ servername: _, ...options }, callback) => {
    const dialled = options.hostname.replaceAll(/[[\]]/g, '');
    const name = serverName ?? (isIP(dialled) === 0 ? dialled : undefined);
    connect(name === undefined ? options : { ...options, servername: name }, (...[error, socket]) => {
      if (error !== null) callback(error, null);
      else if (speaksH2 && 'alpnProtocol' in socket && socket.alpnProtocol !== 'h2') {
        socket.destroy();
        callback(new Error('The server does not speak HTTP/2.'), null);
      } else callback(null, socket);
    });
  };
}
