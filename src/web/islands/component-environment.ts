/** What the component knows without a PIN: readers, cards, certificates. All of it is unauthenticated client data. */
import { readCardCertificate, type CardCertificate } from './card-certificate.ts';

export interface CardInReader {
  readonly cardNumber: string;
  /** Every certificate that may sign, in the card's order; empty when certificates were not asked for. */
  readonly signCertificates: readonly CardCertificate[];
}

export interface ReaderState {
  readonly name: string;
  /** `unknown`: something is in the reader that the component cannot use */
  readonly card: CardInReader | 'absent' | 'unknown';
}

/**
 * Reads the `slots` of a `pkcs11info` reply. Which certificate signs is read in the certificates themselves: labels and
 * `usage` differ by card and component.
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

function signCertificateOf(entry: unknown): CardCertificate[] {
  const certificate = readCardCertificate(textOf(entry, 'certb64') ?? '');
  return certificate?.maySign === true ? [certificate] : [];
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
