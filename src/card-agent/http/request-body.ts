import type { IncomingMessage } from 'node:http';

/** A signed text of 16 KiB in base64 in JSON in a form is under 64 KiB even when every character is escaped thrice. */
const BODY_LIMIT_BYTES = 65_536;

/** What is over the limit is read on and dropped up to here: a browser that is still sending reads no answer. */
const DRAIN_LIMIT_BYTES = 16 * 1024 * 1024;

type Body = { readonly ok: true; readonly bytes: Buffer } | { readonly ok: false };

/** Collects a body; one that is longer than the limit is `ok: false` once it has been sent, and nothing of it is kept. */
export async function readBody(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  let length = 0;
  // the request stays open when we stop in the middle: its answer is still to be written
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('The request stream was given an encoding.');
    length += chunk.length;
    if (length > DRAIN_LIMIT_BYTES) break;
    if (length > BODY_LIMIT_BYTES) {
      for (const kept of chunks.splice(0)) kept.fill(0); // a PIN may be among it
      continue;
    }
    chunks.push(chunk);
  }
  if (length > BODY_LIMIT_BYTES) return { ok: false };
  const bytes = Buffer.concat(chunks);
  for (const chunk of chunks) chunk.fill(0); // they held the PIN
  return { ok: true, bytes };
}

/** The single value of a form field (application/x-www-form-urlencoded); nothing when absent or repeated. */
export function formField(body: Buffer, name: string): string | undefined {
  const values = new URLSearchParams(body.toString('utf8')).getAll(name);
  return values.length === 1 ? values[0] : undefined;
}
