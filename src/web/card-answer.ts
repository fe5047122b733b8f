import { z } from 'zod';
import type { CardProof } from '../pki/card-proof.ts';

/** Base64 that is its own decoding's encoding: one text for one value, nothing ignored. */
function base64(limitBytes: number) {
  return z
    .string()
    .min(4)
    .max(Math.ceil(limitBytes / 3) * 4)
    .refine(text => Buffer.from(text, 'base64').toString('base64') === text)
    .transform(text => new Uint8Array(Buffer.from(text, 'base64')));
}

/** What asks for a challenge: nothing. */
export const challengeRequest = z.strictObject({});

const common = {
  challengeId: z.uuid(),
  trip: z
    .string()
    .length(43)
    .regex(/^[A-Za-z0-9_-]+$/)
    .optional(),
};
/** What a card has signed, as the page sends it. */
export const cardAnswer = z.union([
  z.strictObject({
    ...common,
    // RSA-4096 is the longest key of this PKI: 512 bytes.
    signature: base64(512),
    // Citizen certificates take about 1.5 KiB.
    certificate: base64(8 * 1024),
  }),
  // With the whole chain a SignedData takes about 8 KiB; the body's limit leaves 45.
  z.strictObject({ ...common, signedData: base64(45 * 1024) }),
]);

/** The proof in such an answer. */
export function proofOf(body: z.infer<typeof cardAnswer>): CardProof {
  return 'signedData' in body
    ? { kind: 'cms', signedData: body.signedData }
    : { kind: 'pkcs1', signature: body.signature, certificate: body.certificate };
}
