import { open, rm } from 'node:fs/promises';
import { Agent, request } from 'undici';
import { lookupPublicOnly, refusedHost } from './public-addresses.ts';

/**
 * MOICA's largest CRL is 20 MB for 412,000 entries; ten times as many still fit. Bounds what a bad server can make us
 * keep.
 */
export const CRL_FILE_LIMIT_BYTES = 256 * 1024 * 1024;
/** 20 MB at 2 Mbit/s take 80 s; a server slower than that is treated as away. */
const DEADLINE_MS = 120_000;

/** Fetches CRLs from configured addresses and from nowhere else. Follows no redirects. */
export interface CrlFetcher {
  /**
   * Writes what the address answers to a new file, which only its owner can read, as it comes.
   *
   * @throws with a plain reason: status, size, deadline, refused address, network, disk. What lies at `path` then is
   *   good for nothing
   */
  fetch(url: string, path: string): Promise<void>;
  /** Ends what is being fetched. */
  close(): Promise<void>;
}

export function createCrlFetcher(options: { readonly allowPrivateAddresses: boolean }): CrlFetcher {
  const agent = new Agent({
    connect: options.allowPrivateAddresses ? {} : { lookup: lookupPublicOnly },
    // No connection is kept: fetches are minutes apart, and one that the server is just closing would fail the next.
    pipelining: 0,
  });
  return {
    async fetch(url, path) {
      const refused = options.allowPrivateAddresses ? undefined : refusedHost(new URL(url));
      if (refused !== undefined) throw new Error(refused);
      const signal = AbortSignal.timeout(DEADLINE_MS);
      const response = await request(url, { dispatcher: agent, signal, headers: { accept: 'application/pkix-crl' } });
      if (response.statusCode !== 200) {
        await response.body.dump({ limit: 65_536 });
        throw new Error(`answered with status ${response.statusCode}`);
      }
      await writeTo(path, response.body);
    },
    close: () => agent.destroy(),
  };
}

async function writeTo(path: string, body: AsyncIterable<Uint8Array>): Promise<void> {
  await rm(path, { force: true });
  const file = await open(path, 'wx', 0o600);
  try {
    let size = 0;
    for await (const chunk of body) {
      size += chunk.length;
      if (size > CRL_FILE_LIMIT_BYTES) throw new Error(`is larger than ${CRL_FILE_LIMIT_BYTES} bytes`);
      await file.writeFile(chunk);
    }
  } finally {
    await file.close();
  }
}
