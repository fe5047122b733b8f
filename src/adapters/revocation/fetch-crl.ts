import { isIP } from 'node:net';
import { Agent, request } from 'undici';
import { isPublicAddress, lookupPublicOnly } from './public-addresses.ts';

/** MOICA's largest CRL is 20 MB; ten times that leaves room for its growth and bounds what a bad server can send. */
const SIZE_LIMIT_BYTES = 200 * 1024 * 1024;
/** 20 MB at 2 Mbit/s take 80 s; a server slower than that is treated as away. */
const DEADLINE_MS = 120_000;

/** Fetches CRLs from configured addresses and from nowhere else. Follows no redirects. */
export interface CrlFetcher {
  /** @throws with a plain reason: status, size, deadline, refused address, network */
  fetch(url: string): Promise<Uint8Array>;
  close(): Promise<void>;
}

export function createCrlFetcher(options: { readonly allowPrivateAddresses: boolean }): CrlFetcher {
  const agent = new Agent({ connect: options.allowPrivateAddresses ? {} : { lookup: lookupPublicOnly } });
  return {
    async fetch(url) {
      const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
      if (!options.allowPrivateAddresses && isIP(host) !== 0 && !isPublicAddress(host)) {
        throw new Error(`${host} is not a public address`);
      }
      const signal = AbortSignal.timeout(DEADLINE_MS);
      const response = await request(url, { dispatcher: agent, signal, headers: { accept: 'application/pkix-crl' } });
      if (response.statusCode !== 200) {
        // an error page is read to its end, so that the connection can be kept; a long one is cut off
        await response.body.dump({ limit: 65_536 });
        throw new Error(`answered with status ${response.statusCode}`);
      }
      const chunks: Uint8Array[] = [];
      let size = 0;
      for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
        size += chunk.length;
        if (size > SIZE_LIMIT_BYTES) throw new Error(`is larger than ${SIZE_LIMIT_BYTES} bytes`);
        chunks.push(chunk);
      }
      return Buffer.concat(chunks);
    },
    close: () => agent.close(),
  };
}
