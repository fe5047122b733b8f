import type { TrustData } from '../../flows/ports.ts';
import type { RevocationPolicy } from '../../pki/revocation/revocation-policy.ts';
import type { TrustStore } from '../../pki/trust-store.ts';
import type { BlockListWatch } from './block-list-watch.ts';
import { CrlBook, type CrlState } from './crl-book.ts';
import { CrlThread } from './crl-thread.ts';
import { createCrlFetcher, type CrlFetcher } from './fetch-crl.ts';
import type { OcspClient } from './ocsp-client.ts';
import { readTrustFolder } from './trust-folder.ts';

export interface LiveTrustData extends TrustData {
  /** Fetches every CRL now; resolves when all were tried. */
  refresh(): Promise<void>;
  /** Is called after every refresh, one that brought nothing new too: what failed the last time may be tried again. */
  onRefresh(listener: () => void): void;
  crlStates(): readonly CrlState[];
  /**
   * Reads the trust folder anew and takes it into use with the CRLs that its certificates signed, then fetches.
   *
   * @param settle is called when the folder has been found sound; what it returns is called in the moment in which trust
   *   is replaced. Where it throws, everything stays as it was
   * @throws TrustFolderFault when the folder is not as its manifest says; everything stays as it was
   */
  reloadTrust(settle?: () => Promise<() => void>): Promise<void>;
  /** What is wrong with the block list's file; what was read before stays in force. */
  blockListProblem(): string | undefined;
  close(): Promise<void>;
}

export interface TrustDataOptions {
  readonly trustFolder: string;
  /** Where copies of CRLs are kept. */
  readonly crlFolder: string;
  readonly crlUrls: readonly string[];
  readonly refreshMs: number;
  readonly allowPrivateAddresses: boolean;
  /** At least 32 octets that lie outside `crlFolder` and are the same at the next start: they seal saved indexes. */
  readonly sealingKey: Uint8Array;
  readonly policy: RevocationPolicy;
  readonly blockList: BlockListWatch;
  /** Absent: OCSP is switched off. */
  readonly ocsp: OcspClient | undefined;
  readonly onProblem: (url: string, problem: string) => void;
}

/**
 * Opens what certificates are judged by, and keeps the CRLs fresh. Logins never wait for it: they are judged by what
 * is there, and a CRL past its nextUpdate denies. Copies that an earlier run left are in use when this resolves.
 *
 * @throws TrustFolderFault when the pinned certificates are not as their manifest says
 */
export async function openTrustData(options: TrustDataOptions): Promise<LiveTrustData> {
  const { blockList, ocsp } = options;
  const fetcher = createCrlFetcher({ allowPrivateAddresses: options.allowPrivateAddresses });
  let current = await openTrust(readTrustFolder(options.trustFolder), fetcher, options);

  // Refreshing and reloading write to one folder, so they take turns.
  let lastTurn: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const turn = lastTurn.then(work);
    lastTurn = turn.catch(() => undefined);
    return turn;
  };
  const listeners: (() => void)[] = [];
  let running: Promise<void> | undefined;
  const refresh = (): Promise<void> => {
    running ??= inTurn(async () => {
      await current.book.refresh();
      for (const { url, lastProblem } of current.book.states())
        if (lastProblem !== undefined) options.onProblem(url, lastProblem);
      for (const listener of listeners) queueMicrotask(listener);
    }).finally(() => (running = undefined));
    return running;
  };
  const timer = setInterval(() => void refresh(), options.refreshMs).unref();

  return {
    trustStore: () => current.trustStore,
    crls: () => current.book.crls(),
    crlStates: () => current.book.states(),
    revocationPolicy: options.policy,
    blockList: () => blockList.list(),
    blockListProblem: () => blockList.problem(),
    ...(ocsp === undefined ? {} : { askOcsp: open => ocsp.ask(open) }),
    refresh,
    onRefresh: listener => void listeners.push(listener),
    async reloadTrust(settle) {
      await inTurn(async () => {
        const next = await openTrust(readTrustFolder(options.trustFolder), fetcher, options);
        const before = current;
        try {
          const takeUp = await settle?.();
          current = next;
          takeUp?.();
        } finally {
          await (current === next ? before : next).thread.rest();
        }
      });
      await refresh();
    },
    async close() {
      clearInterval(timer);
      await Promise.all([fetcher.close(), current.thread.rest(), blockList.close(), ocsp?.close()]);
      await lastTurn;
    },
  };
}

/** Pinned certificates and the CRLs that they signed belong together: they are replaced together. */
interface Trust {
  readonly trustStore: TrustStore;
  readonly thread: CrlThread;
  readonly book: CrlBook;
}

async function openTrust(
  trustStore: TrustStore,
  fetcher: CrlFetcher,
  { crlUrls: urls, crlFolder: folder, sealingKey }: Pick<TrustDataOptions, 'crlUrls' | 'crlFolder' | 'sealingKey'>,
): Promise<Trust> {
  const thread = new CrlThread(trustStore.certificates, sealingKey);
  const book = await CrlBook.open({ urls, folder, sealingKey, trustStore, fetcher, thread, now: () => new Date() });
  return { trustStore, thread, book };
}
