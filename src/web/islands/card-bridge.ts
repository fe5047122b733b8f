/**
 * The page's way to the card: two calls, each of which opens the component's popup once and ends in one state.
 *
 * ```ts
 * button.addEventListener('click', () => {
 *   const tbs = fetchChallenge();                                   // not awaited: the popup must open in the click
 *   const pin = field.value;
 *   field.value = '';
 *   void signWithComponent({ componentOrigin, request: { tbs, pin } }).then(show);
 * });
 * ```
 */
import { fieldOf, readReaders, textOf } from './component-environment.ts';
import type { ReaderState } from './component-environment.ts';
import { askComponent, componentError } from './component-popup.ts';
import type { ComponentTimeouts, PopupFailure } from './component-popup.ts';

export type { ReaderState } from './component-environment.ts';
export type { ComponentTimeouts } from './component-popup.ts';

export interface CardSignRequest {
  /** the server's challenge, ASCII `[A-Za-z0-9._-]`; may still be on its way when the popup opens */
  readonly tbs: Promise<string>;
  /** sent to the component and nowhere else; the caller clears its field before the call */
  readonly pin: string;
  /** reader name from `readEnvironment`; without it the component takes the first with a card */
  readonly slotDescription?: string;
  /** `PKCS7` gives a CMS SignedData; default `PKCS1` */
  readonly signatureType?: SignatureType;
}

export type SignatureType = 'PKCS1' | 'PKCS7';

/** What a card has signed, as the portal takes it; all base64: a bare signature with a DER certificate, or a SignedData. */
export type CardProof = { readonly signature: string; readonly certificate: string } | { readonly signedData: string };

export type SignOutcome =
  { readonly state: 'signed'; readonly proof: CardProof; readonly serverVersion: string | undefined } | PopupFailure;

export type EnvironmentOutcome =
  | {
      readonly state: 'environment';
      readonly readers: readonly ReaderState[];
      readonly serverVersion: string | undefined;
    }
  | PopupFailure;

/** What components wait themselves. */
const SIGN_REPLY_MS = 170_000;
const ENVIRONMENT_REPLY_MS = 20_000;
/** Every certificate of every card is read, some hundred bytes at a time. */
const CERTIFICATES_REPLY_MS = 60_000;

/**
 * The component's form post mangles other characters, some versions one way and some another; a mangled PIN would cost
 * one of three tries.
 */
const PIN_FORM = /^[A-Za-z0-9]{6,8}$/;
const TBS_FORM = /^[A-Za-z0-9._-]{1,512}$/;

/**
 * Has the card sign a challenge. Call it synchronously in the click.
 *
 * @throws what `tbs` rejects with, or an Error for a challenge with other characters; every trouble of popup,
 *         component, reader, card and PIN is a state
 */
export async function signWithComponent(options: {
  readonly componentOrigin: string;
  readonly request: CardSignRequest;
  readonly timeouts?: ComponentTimeouts;
}): Promise<SignOutcome> {
  const { componentOrigin, request, timeouts } = options;
  if (!PIN_FORM.test(request.pin)) {
    request.tbs.catch(() => undefined); // nobody will use the challenge
    return { state: 'pin-length' };
  }
  const signatureType = request.signatureType ?? 'PKCS1';
  const text = request.tbs.then(tbs => encodeSignRequest(request, tbs, signatureType));
  const reply = await askComponent(componentOrigin, { text, holdsPin: true }, { replyMs: SIGN_REPLY_MS, ...timeouts });
  if (reply.state !== 'replied') return reply;
  const signature = base64Of(reply.fields, 'signature');
  if (signature === undefined) return componentError('malformed-reply', reply.fields);
  const serverVersion = textOf(reply.fields, 'serverVersion');
  if (signatureType === 'PKCS7') return { state: 'signed', proof: { signedData: signature }, serverVersion };
  const certificate = base64Of(reply.fields, 'certb64');
  // a SignedData brings the certificate with it
  if (certificate === undefined) return componentError('signature-type', reply.fields);
  return { state: 'signed', proof: { signature, certificate }, serverVersion };
}

/**
 * Asks which readers and cards there are; needs no PIN. Call it synchronously in a click.
 *
 * @param options.withCertificates also list the certificates that may sign
 */
export async function readEnvironment(options: {
  readonly componentOrigin: string;
  readonly withCertificates?: boolean;
  readonly timeouts?: ComponentTimeouts;
}): Promise<EnvironmentOutcome> {
  const [func, replyMs] =
    options.withCertificates === true ? ['GetUserCert', CERTIFICATES_REPLY_MS] : ['CheckEnvir', ENVIRONMENT_REPLY_MS];
  const request = { text: Promise.resolve(JSON.stringify({ func })), holdsPin: false };
  const reply = await askComponent(options.componentOrigin, request, { replyMs, ...options.timeouts });
  if (reply.state !== 'replied') return reply;
  const readers = readReaders(fieldOf(reply.fields, 'slots'));
  const serverVersion = textOf(reply.fields, 'serverVersion');
  if (readers.length === 0)
    return {
      state: 'no-reader',
      reply: { retCode: 0, lastError: 0, ...(serverVersion === undefined ? {} : { serverVersion }) },
    };
  return { state: 'environment', readers, serverVersion };
}

function encodeSignRequest(request: CardSignRequest, tbs: string, signatureType: SignatureType): string {
  if (!TBS_FORM.test(tbs)) throw new Error('The challenge has characters that the component may change.');
  return JSON.stringify({
    func: 'MakeSignature',
    tbs,
    tbsEncoding: 'NONE',
    hashAlgorithm: 'SHA256',
    signatureType,
    pin: request.pin,
    withCardSN: 'true',
    nonce: '',
    ...(request.slotDescription === undefined ? {} : { slotDescription: request.slotDescription }),
  });
}

/** Some components wrap base64 at 64 or 76 characters. */
function base64Of(fields: unknown, name: string): string | undefined {
  const text = textOf(fields, name)?.replaceAll(/\s/g, '');
  return text === undefined || text === '' ? undefined : text;
}
