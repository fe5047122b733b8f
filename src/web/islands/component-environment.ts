/** What the component knows without a PIN: readers, cards, certificates. All of it is unauthenticated client data. */

export interface CardInReader {
  readonly cardNumber: string;
  /** base64 DER of every certificate that may sign, in the card's order; empty when certificates were not asked for */
  readonly signCertificates: readonly string[];
}

export interface ReaderState {
  readonly name: string;
  /** `unknown`: something is in the reader that the component cannot use */
  readonly card: CardInReader | 'absent' | 'unknown';
}

/**
 * Reads the `slots` of a `pkcs11info` reply. The sign certificate goes by `usage` (the labels differ by card
 * generation): digitalSignature, and not a CA's; entries without `usage` are roots.
 *
 * @param slots as it arrived; entries that are not of the known shape are left out
 */
export function readReaders(slots: unknown): ReaderState[] {
  if (!Array.isArray(slots)) return [];
  return slots.flatMap((slot: unknown) => {
    const name = textOf(slot, 'slotDescription');
    return name === undefined ? [] : [{ name, card: readCard(fieldOf(slot, 'token')) }];
  });
}

function readCard(token: unknown): ReaderState['card'] {
  if (token === undefined || token === null || token === '') return 'absent';
  const cardNumber = textOf(token, 'serialNumber');
  if (cardNumber === undefined) return 'unknown'; // the text "unknown token", or something else that is no card
  const certificates = fieldOf(token, 'certs');
  const entries: readonly unknown[] = Array.isArray(certificates) ? certificates : [];
  return { cardNumber, signCertificates: entries.flatMap(signCertificateOf) };
}

function signCertificateOf(entry: unknown): string[] {
  const usage = textOf(entry, 'usage') ?? '';
  const certificate = textOf(entry, 'certb64');
  const maySign = usage.includes('digitalSignature') && !usage.includes('keyCertSign');
  return maySign && certificate !== undefined ? [certificate.replaceAll(/\s/g, '')] : [];
}

/** A field of a parsed JSON object; nothing for anything that has no such own field. */
export function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}

export function textOf(value: unknown, name: string): string | undefined {
  const field = fieldOf(value, name);
  return typeof field === 'string' ? field : undefined;
}
