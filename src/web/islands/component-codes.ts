/**
 * What the card component's numbers mean to the person at the page: one row for every row of both code tables
 * (`ret_code` and `last_error`). No wording here: the page has a text for each state.
 */

/** Card families that share reader and component. */
export type CardFamily = 'MOICA' | 'MOEACA' | 'GCA' | 'XCA';

/** Where a `component-error` comes from, for the next step the page can offer. */
export type ComponentTrouble =
  | 'request' // the page sent something the component does not take
  | 'driver' // the card's software is missing or broken: install it again
  | 'timeout' // the component gave up: try once more
  | 'outdated' // the component does not know the method: install a newer one
  | 'version' // the component is older than this portal takes: install a newer one
  | 'card' // the card or its content cannot be used: put it in again, another reader
  | 'signing' // the card was reached and the signature failed
  | 'signature-type' // the component does not make this kind of signature: ask for the other
  | 'soft-certificate' // certificate files, not cards
  | 'other-service' // opening, unlocking and writing cards: not used here
  | 'malformed-reply' // the reply is not what the protocol says
  | 'unknown-code'; // no row of the table

/** Troubles whose next step is not that of every other. */
export const TROUBLES_WITH_A_STORY: readonly ComponentTrouble[] = [
  'driver',
  'timeout',
  'outdated',
  'version',
  'card',
  'signing',
  'signature-type',
];

export type ComponentFailure =
  | { readonly state: 'cancelled' }
  | { readonly state: 'no-reader' }
  | { readonly state: 'no-card' }
  | { readonly state: 'wrong-card-family'; readonly family?: CardFamily }
  /** The card was read and holds no certificate or key to sign with. */
  | { readonly state: 'no-sign-certificate' }
  | { readonly state: 'pin-wrong'; readonly triesLeft?: 1 | 2 }
  | { readonly state: 'pin-length' }
  | { readonly state: 'pin-locked' }
  | { readonly state: 'untrusted-site' }
  | { readonly state: 'certificate-expired' }
  | { readonly state: 'certificate-not-yet-valid' }
  | { readonly state: 'component-error'; readonly trouble: ComponentTrouble };

type Row = readonly [first: number, last: number, meaning: ComponentFailure];

function because(trouble: ComponentTrouble): ComponentFailure {
  return { state: 'component-error', trouble };
}

/** The major code that says "PIN refused": the minor code tells why. */
const LOGIN_FAILED = 0x76100006;

/** A more particular row stands before the range that contains it. */
const RET_CODE_ROWS: readonly Row[] = [
  [0x76000001, 0x76000005, because('request')],
  [0x76000006, 0x76000006, { state: 'no-card' }],
  [0x76000007, 0x76000007, because('card')],
  [0x76000008, 0x76000008, because('signature-type')],
  [0x76000009, 0x7600000c, because('request')],
  [0x7600000d, 0x7600000d, because('timeout')],
  [0x7600000e, 0x7600000e, because('outdated')],
  [0x7600000f, 0x7600000f, { state: 'untrusted-site' }],
  [0x76000031, 0x76000031, { state: 'untrusted-site' }],
  [0x76000998, 0x76000998, { state: 'pin-length' }],
  [0x76000999, 0x76000999, { state: 'cancelled' }],
  [0x76100001, 0x76100002, because('driver')],
  [0x76100003, 0x76100005, { state: 'no-reader' }],
  [LOGIN_FAILED, LOGIN_FAILED, because('card')],
  [0x76100007, 0x7610000b, because('card')],
  [0x7610000c, 0x7610000d, { state: 'no-sign-certificate' }],
  [0x76200001, 0x76200007, because('soft-certificate')],
  [0x76200008, 0x76200008, { state: 'wrong-card-family' }],
  [0x76210001, 0x76210004, because('card')],
  [0x76300002, 0x76300002, because('signature-type')],
  [0x76300001, 0x76300009, because('signing')],
  [0x76400001, 0x76400003, because('other-service')],
  [0x76500001, 0x76500001, { state: 'certificate-not-yet-valid' }],
  [0x76500002, 0x76500002, { state: 'certificate-expired' }],
  [0x76600001, 0x76600002, because('request')],
  [0x76700001, 0x76700003, because('other-service')],
  [0x77200000, 0x772001ff, because('other-service')],
  [0x77301036, 0x77301036, { state: 'pin-length' }],
  [0x77301038, 0x77301038, because('signing')],
  [0x77301000, 0x773010ff, because('request')],
  [0x81000000, 0x810002ff, because('other-service')],
  [0x83000100, 0x83000100, { state: 'wrong-card-family' }],
  [0x83000101, 0x83000101, { state: 'wrong-card-family', family: 'MOICA' }],
  [0x83000102, 0x83000102, { state: 'wrong-card-family', family: 'MOEACA' }],
  [0x83000103, 0x83000103, { state: 'wrong-card-family', family: 'GCA' }],
  [0x83000104, 0x83000104, { state: 'wrong-card-family', family: 'XCA' }],
  [0x83000105, 0x83000105, { state: 'pin-length' }],
  [0x83000106, 0x83000106, because('request')],
  [0xe0000012, 0xe0000012, { state: 'cancelled' }],
  [0xe0000001, 0xe0000013, because('soft-certificate')],
];

/** Minor codes of a refused PIN. */
const LAST_ERROR_ROWS: readonly Row[] = [
  [0x06, 0x06, because('card')],
  [0xa0, 0xa0, { state: 'pin-wrong' }],
  // "invalid characters": not what a login says by the standard, so nothing is promised about a try
  [0xa1, 0xa1, { state: 'pin-wrong' }],
  [0xa2, 0xa2, { state: 'pin-length' }],
  [0xa4, 0xa4, { state: 'pin-locked' }],
  [0x150, 0x150, because('card')],
  [0x80000002, 0x80000002, { state: 'pin-wrong', triesLeft: 2 }],
  [0x80000001, 0x80000001, { state: 'pin-wrong', triesLeft: 1 }],
];

/**
 * The state for a reply that is not a success. Numbers without a row are a `component-error` too, never a success.
 *
 * @param retCode   normalised, not 0
 * @param lastError normalised, 0 where the component sent none
 */
export function failureOfCodes(retCode: number, lastError: number): ComponentFailure {
  const refusedPin = retCode === LOGIN_FAILED ? find(LAST_ERROR_ROWS, lastError) : undefined;
  return refusedPin ?? find(RET_CODE_ROWS, retCode) ?? because('unknown-code');
}

/**
 * One number for the forms in which components send a code: negative 32-bit, decimal or hexadecimal text, 64-bit
 * sign-extended. Nothing for anything that is no whole number.
 *
 * @returns 0 … 2^32 - 1
 */
export function normaliseCode(code: unknown): number | undefined {
  if (typeof code === 'number') return Number.isInteger(code) ? Number(BigInt.asUintN(32, BigInt(code))) : undefined;
  if (typeof code !== 'string' || !/^\s*(?:-?\d{1,20}|0[xX][0-9a-fA-F]{1,16})\s*$/.test(code)) return undefined;
  return Number(BigInt.asUintN(32, BigInt(code)));
}

/**
 * Puts quotes around codes that a JavaScript number cannot hold: the two tries-left values as unsigned 64-bit numbers
 * would become one and the same on parsing.
 *
 * @param json a reply as it arrived
 */
export function quoteWideCodes(json: string): string {
  return json.replaceAll(/("(?:ret_code|last_error)"\s*:\s*)(-?\d{16,20})(?=\s*[,}])/g, '$1"$2"');
}

function find(rows: readonly Row[], code: number): ComponentFailure | undefined {
  return rows.find(([first, last]) => code >= first && code <= last)?.[2];
}
