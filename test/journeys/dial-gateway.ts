import { request, type Agent } from 'node:https';
import { connect as dial } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';

/** Asks one of the hosts beside the portal on the one connection of `agent`, which `local` tells from others. */
export function askAt(
  at: { readonly portal: string; readonly port: number },
  agent: Agent,
  label: string,
  path: string,
): Promise<{ status: number; text: string; local: number | undefined; connection: string | undefined }> {
  const { hostname } = new URL(at.portal);
  const host = `${hostname.replace('portal', label)}:${at.port}`;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { agent, host: '127.0.0.1', port: at.port, servername: hostname, path, headers: { host } },
      answer => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        answer.on('end', () => {
          const { statusCode = 0, headers } = answer;
          resolve({ status: statusCode, text, local: outgoing.socket?.localPort, connection: headers.connection });
        });
      },
    );
    outgoing.on('error', reject).end();
  });
}

/** A new TLS connection, whatever certificate is shown on it. */
export function handshakeFrom(localAddress: string, port: number): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = dial({ host: '127.0.0.1', port, localAddress });
    const tls = connect({ socket, rejectUnauthorized: false }, () => resolve(tls));
    for (const each of [socket, tls]) each.on('error', reject);
    tls.once('close', () => reject(new Error('It was closed.')));
  });
}

/** Fingerprint of the certificate that a listener shows to a new connection. */
export async function shownAt(port: number): Promise<string> {
  const socket = await handshakeFrom('127.0.0.1', port);
  const shown = socket.getPeerX509Certificate()?.fingerprint256 ?? 'none';
  socket.destroy();
  return shown;
}
