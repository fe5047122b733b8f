import { createHash } from 'node:crypto';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A UUID in 22 characters instead of 36, so that a session takes less than 1 KiB; undefined for anything else. */
export function packUuid(text: string): string | undefined {
  return UUID.test(text) ? Buffer.from(text.replaceAll('-', ''), 'hex').toString('base64url') : undefined;
}

/** The UUID that {@link packUuid} packed; undefined for anything else. */
export function unpackUuid(packed: string): string | undefined {
  const hex = Buffer.from(packed, 'base64url').toString('hex');
  const text = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return packUuid(text) === packed ? text : undefined;
}

/**
 * What a cookie is called in Redis: 128 bits of a SHA-256 over the host and the cookie's hash. The host is part of it, so that
 * a cookie is worthless on any other; from it nobody comes back to the cookie.
 */
export function cookieName(host: string, cookieHash: string): string {
  return digest(`${host} ${cookieHash}`, 16);
}

/** What a host is called in Redis: enough to tell those of one gateway apart. */
export function hostName(host: string): string {
  return digest(host, 6);
}

function digest(text: string, bytes: number): string {
  return createHash('sha256').update(text).digest().subarray(0, bytes).toString('base64url');
}
