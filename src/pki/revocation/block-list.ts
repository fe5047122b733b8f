import type { CardHolder } from '../profiles/citizen-certificate.ts';

/** This gateway does not take the card, whatever its CA says. */
export interface BlockedFailure {
  readonly code: 'card-blocked';
  readonly certificate: string;
}

/** What a card is recognised by on the list. */
export type BlockedCard = Pick<CardHolder, 'certificateSha256' | 'subjectSerialNumberHex'>;

/** Cards that this gateway itself has stopped accepting. It only takes away: an empty list allows nothing. */
export class BlockList {
  readonly #certificates: ReadonlySet<string>;
  readonly #subjects: ReadonlySet<string>;

  /**
   * @param certificates SHA-256 of certificates, lower-case hex
   * @param subjects     serialNumber of subjects, as text: the card holder, whatever card he holds
   */
  constructor(certificates: Iterable<string> = [], subjects: Iterable<string> = []) {
    this.#certificates = new Set(certificates);
    this.#subjects = new Set([...subjects].map(text => Buffer.from(text, 'ascii').toString('hex')));
  }

  blocks(card: BlockedCard): boolean {
    return this.#certificates.has(card.certificateSha256) || this.#subjects.has(card.subjectSerialNumberHex);
  }

  get isEmpty(): boolean {
    return this.#certificates.size === 0 && this.#subjects.size === 0;
  }
}
