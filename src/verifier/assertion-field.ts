import { AssertionRejected } from './assertion-rejected.ts';

const FIELD = 'x-gateway-assertion';

/**
 * Takes the assertion out of a request's raw header list (`request.rawHeaders` of Node): names and values in turn.
 *
 * Node joins repeated fields with a comma and some frameworks take the first or the last, so the raw list is asked.
 * @throws AssertionRejected when there is none, more than one, or one in a spelling that folds into it
 */
export function readAssertionField(rawHeaders: readonly string[]): string {
  let found: string | undefined;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase();
    if (name?.replaceAll('_', '-') !== FIELD) continue;
    if (name !== FIELD || found !== undefined) throw new AssertionRejected('assertion-repeated');
    found = rawHeaders[index + 1];
  }
  if (found === undefined || found === '') throw new AssertionRejected('assertion-missing');
  return found;
}
