import { z } from 'zod';
import type { EphemeralKind, EphemeralRecords } from '../../flows/ports/ephemeral-store.ts';

/** An instant as `JSON.stringify` writes a `Date`. */
const instant = z.iso.datetime({ precision: 3 }).transform(text => new Date(text));

const trip = z.strictObject({ systemId: z.string(), returnPath: z.string(), tripCookieHash: z.string() });
const tlsReturn = z.strictObject({
  browserSessionHash: z.string(),
  tripId: z.string().nullable(),
  certificate: z.string(),
});

/** How each kind is read back from JSON, strictly: whatever does not fit is no record. */
export const EPHEMERAL_RECORDS: { readonly [K in EphemeralKind]: z.ZodType<EphemeralRecords[K]> } = {
  trip,
  challenge: z.strictObject({
    id: z.string(),
    purpose: z.enum(['login', 'bind', 'apply', 'sign']),
    sheet: z.string().exactOptional(),
    tbs: z.string(),
    browserSessionHash: z.string(),
    expiresAt: instant,
  }),
  'entry-code': trip.extend({ sessionReference: z.string() }),
  'entry-count': z.int(),
  'tls-ticket': tlsReturn.omit({ certificate: true }).extend({ clientAddress: z.string() }),
  'tls-return': tlsReturn,
  activation: z.strictObject({ accountId: z.string(), proofId: z.string() }),
  'day-password-change': z.strictObject({ accountId: z.string(), oneDayPasswordId: z.string() }),
  applicant: z.strictObject({ subjectHash: z.string(), name: z.string(), idLastFour: z.string().nullable() }),
  signing: z.strictObject({
    number: z.string(),
    version: z.number(),
    kind: z.enum(['approve', 'return', 'refuse']),
    note: z.string(),
  }),
};
