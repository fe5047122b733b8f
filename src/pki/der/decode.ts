import { DerError, type DerReason } from './der-error.ts';
import { DerReader } from './reader.ts';

export type Decoded<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly reason: DerReason; readonly offset: number };

/**
 * Reads one DER value that fills `bytes` to the last octet. The only place where a `DerError` becomes data: nothing
 * else of what `read` throws is caught, because anything else is a fault of ours.
 *
 * @param sizeLimitBytes refused unread above this; each caller gives its reason
 */
export function decodeDer<Value>(
  bytes: Uint8Array,
  sizeLimitBytes: number,
  read: (reader: DerReader) => Value,
): Decoded<Value> {
  if (bytes.length > sizeLimitBytes) return { ok: false, reason: 'input-too-large', offset: 0 };
  try {
    const reader = new DerReader(bytes);
    const value = read(reader);
    reader.finish();
    return { ok: true, value };
  } catch (error) {
    if (error instanceof DerError) return { ok: false, reason: error.reason, offset: error.offset };
    throw error;
  }
}

/**
 * As `decodeDer`, on a copy of its own, made once the size is known to be allowed: views that are kept outlive the
 * caller's buffer.
 */
export function decodeDerCopy<Value>(
  bytes: Uint8Array,
  sizeLimitBytes: number,
  read: (reader: DerReader) => Value,
): Decoded<Value> {
  return decodeDer(bytes.length > sizeLimitBytes ? bytes : new Uint8Array(bytes), sizeLimitBytes, read);
}
