// A gateway's book that does nothing but refresh, until it is killed. Tells its parent after each refresh.
import { once } from 'node:events';
import { CrlBook } from '../../../src/adapters/revocation/crl-book.ts';
import { CrlThread } from '../../../src/adapters/revocation/crl-thread.ts';
import { createCrlFetcher } from '../../../src/adapters/revocation/fetch-crl.ts';
import { readTrustFolder } from '../../../src/adapters/revocation/trust-folder.ts';

interface Parameters {
  readonly place: string;
  readonly url: string;
  readonly trustFolder: string;
}

// Who starts this program is the test beside it alone.
const { place, url, trustFolder } = JSON.parse(process.env['BOOK'] ?? '{}') as Parameters;
const [sealingKey] = (await once(process, 'message')) as [Uint8Array];
const trustStore = readTrustFolder(trustFolder);
const fetcher = createCrlFetcher({ allowPrivateAddresses: true });
const thread = new CrlThread(trustStore.certificates, sealingKey);
const options = { urls: [url], folder: place, sealingKey, trustStore, fetcher, thread, now: () => new Date() };
const book = await CrlBook.open(options);
process.on('disconnect', () => process.exit());
for (;;) {
  await book.refresh();
  process.send?.(book.states()[0]?.lastProblem ?? 'fine');
}
