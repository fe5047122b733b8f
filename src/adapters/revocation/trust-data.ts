import type { TrustData } from '../../flows/ports.ts';
import type { RevocationPolicy } from '../../pki/card-proof.ts';
import { CrlBook, type CrlState } from './crl-book.ts';
import { createCrlFetcher } from './fetch-crl.ts';
import { readTrustFolder } from './trust-folder.ts';

/** Every certificate below the anchor must be shown not to be revoked, by a CRL that is current. */
const REVOCATION_POLICY: RevocationPolicy = { require: 'every-certificate', graceMs: 0 };

export interface LiveTrustData extends TrustData {
  /** Fetches every CRL now; resolves when all were tried. */
  refresh(): Promise<void>;
  crlStates(): readonly CrlState[];
  close(): Promise<void>;
}

/**
 * Opens what certificates are judged by, and keeps the CRLs fresh. Logins never wait for it: they are judged by what
 * is there, and a CRL past its nextUpdate denies.
 *
 * @throws TrustFolderFault when the pinned certificates are not as their manifest says
 */
export function openTrustData(options: {
  readonly trustFolder: string;
  /** Where copies of CRLs are kept. */
  readonly crlFolder: string;
  readonly crlUrls: readonly string[];
  readonly refreshMs: number;
  readonly allowPrivateAddresses: boolean;
  readonly onProblem: (url: string, problem: string) => void;
}): LiveTrustData {
  const trustStore = readTrustFolder(options.trustFolder);
  const fetcher = createCrlFetcher({ allowPrivateAddresses: options.allowPrivateAddresses });
  const book = new CrlBook(options.crlUrls, trustStore, options.crlFolder, fetcher);

  let running: Promise<void> | undefined;
  const refresh = (): Promise<void> => {
    running ??= book.refresh().finally(() => {
      running = undefined;
      for (const { url, lastProblem } of book.states())
        if (lastProblem !== undefined) options.onProblem(url, lastProblem);
    });
    return running;
  };
  const timer = setInterval(() => void refresh(), options.refreshMs).unref();

  return {
    trustStore: () => trustStore,
    crls: () => book.crls(),
    crlStates: () => book.states(),
    revocationPolicy: REVOCATION_POLICY,
    refresh,
    async close() {
      clearInterval(timer);
      await running;
      await fetcher.close();
    },
  };
}
