import { z } from 'zod';
import type { HashAlgorithm } from '../card-reader.ts';
import { RetCode } from './codes.ts';

/** What a page asked to have signed. `pin` is UTF-8 and is overwritten by whoever used it. */
export interface SignRequest {
  readonly tbs: Uint8Array;
  readonly hashAlgorithm: HashAlgorithm;
  readonly signatureType: 'PKCS1' | 'PKCS7';
  readonly pin: Uint8Array;
  readonly slotDescription?: string;
  readonly keyId?: Uint8Array;
  readonly withSigningTime: boolean;
  readonly checkValidity: boolean;
}

/** A challenge has at most 512 characters, a signed sheet goes by its hash; the component itself changes its ways above 4,000. */
const TBS_LIMIT = 16_384;
/** PKCS#11 knows no longer reader name than 64 bytes, but pages may send it escaped. */
const NAME_LIMIT = 256;
/** SoftHSM takes 255; cards take 8. */
const PIN_LIMIT = 255;

const flag = z
  .union([
    z.boolean(),
    z
      .string()
      .max(5)
      .transform(text => text === 'true'),
  ])
  .optional();

/** Unknown fields are let pass: pages written for the component send some that concern only other operations. */
const shape = z.object({
  func: z.literal('MakeSignature'),
  tbs: z.string().max(TBS_LIMIT).optional(),
  tbsEncoding: z.enum(['NONE', 'base64']).optional(),
  hashAlgorithm: z.string().max(16).optional(),
  signatureType: z.string().max(16).optional(),
  pin: z.string().max(PIN_LIMIT).optional(),
  slotDescription: z.string().max(NAME_LIMIT).optional(),
  readername: z.string().max(NAME_LIMIT).optional(),
  keyidb64: z.string().max(NAME_LIMIT).optional(),
  withSigningTime: flag,
  checkValidity: flag,
});

type Parsed = { readonly ok: true; readonly request: SignRequest } | { readonly ok: false; readonly retCode: RetCode };

const refuse = (retCode: RetCode): Parsed => ({ ok: false, retCode });

/**
 * Reads the JSON of `tbsPackage`. Never throws for bad input and never repeats any of it.
 *
 * Text (`tbsEncoding` NONE) is signed exactly as it arrived; base64 fields are mended first, see `decodeBase64`.
 */
export function parseSignRequest(json: string): Parsed {
  let untrusted: unknown;
  try {
    untrusted = JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return refuse(RetCode.malformedJson);
    throw error;
  }
  const func = z.object({ func: z.string() }).safeParse(untrusted);
  if (!func.success) return refuse(RetCode.wrongParameter);
  if (func.data.func !== 'MakeSignature') return refuse(RetCode.unsupportedMethod);
  const parsed = shape.safeParse(untrusted);
  if (!parsed.success) return refuse(RetCode.wrongParameter);
  return parseFields(parsed.data);
}

function parseFields(fields: z.infer<typeof shape>): Parsed {
  if (fields.tbs === undefined || fields.tbs === '') return refuse(RetCode.tbsMissing);
  if (fields.pin === undefined || fields.pin === '') return refuse(RetCode.pinMissing);
  // Some pages escape the PIN and some do not: where both readings are possible, a guess could cost one of three tries.
  if (/%[0-9A-Fa-f]{2}/.test(fields.pin)) return refuse(RetCode.pinFormat);
  const signatureType = fields.signatureType ?? 'PKCS1';
  if (signatureType !== 'PKCS1' && signatureType !== 'PKCS7') return refuse(RetCode.signType);
  const hashAlgorithm = fields.hashAlgorithm;
  if (hashAlgorithm !== 'SHA256' && hashAlgorithm !== 'SHA384' && hashAlgorithm !== 'SHA512') {
    return refuse(RetCode.wrongParameter);
  }
  const tbs = fields.tbsEncoding === 'base64' ? decodeBase64(fields.tbs) : Buffer.from(fields.tbs, 'utf8');
  const keyId = fields.keyidb64 === undefined ? undefined : decodeBase64(fields.keyidb64);
  if (tbs === null || keyId === null) return refuse(RetCode.base64Decoding);
  const slotDescription = fields.slotDescription ?? fields.readername;
  return {
    ok: true,
    request: {
      tbs,
      hashAlgorithm,
      signatureType,
      pin: Buffer.from(fields.pin, 'utf8'),
      ...(slotDescription === undefined || slotDescription === '' ? {} : { slotDescription }),
      ...(keyId === undefined ? {} : { keyId }),
      withSigningTime: fields.withSigningTime ?? false,
      checkValidity: fields.checkValidity ?? false,
    },
  };
}

/**
 * The bridge's form post eats `+` unless it is escaped, so pages escape it themselves, some twice: in base64 a blank
 * was a plus, and so was `%2B`. Nothing else can be meant.
 */
function decodeBase64(text: string): Buffer | null {
  const mended = text.replaceAll(' ', '+').replaceAll(/%2B/gi, '+').replaceAll(/%2F/gi, '/').replaceAll(/%3D/gi, '=');
  if (mended === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(mended) || mended.length % 4 !== 0) return null;
  return Buffer.from(mended, 'base64');
}
