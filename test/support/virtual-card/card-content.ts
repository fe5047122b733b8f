import { randomUUID } from 'node:crypto';
import type { Card } from '../../authority/soft-card.ts';

/** One key pair as it goes to the process that plays the card: PKCS#8 and certificate, both DER. */
export interface CardKey {
  readonly privateKey: Buffer;
  readonly certificate: Buffer;
}

/** What a card is born with. The reader's process remembers by `id` what has become of it. */
export interface VirtualCard {
  readonly id: string;
  readonly pin: string;
  readonly puk: string;
  readonly sign?: CardKey;
  readonly encrypt?: CardKey;
}

/**
 * A card with the pairs of `card` (the chain above them has no place on a PIV card).
 *
 * @param options.pin 6 to 8 ASCII characters; three wrong ones lock it
 * @param options.puk as long; unlocks it, three times wrong it never will again
 */
export function virtualCardOf(card: Card, options: { readonly pin: string; readonly puk?: string }): VirtualCard {
  const key = (pair: Card['sign']): CardKey | undefined =>
    pair && {
      privateKey: pair.keyPair.privateKey.export({ type: 'pkcs8', format: 'der' }),
      certificate: pair.certificate.der,
    };
  const sign = key(card.sign);
  const encrypt = key(card.encrypt);
  return {
    id: randomUUID(),
    pin: options.pin,
    puk: options.puk ?? '87654321',
    ...(sign && { sign }),
    ...(encrypt && { encrypt }),
  };
}

/** What became of a card so far. */
export interface CardState {
  readonly pinTriesLeft: number;
  readonly pukTriesLeft: number;
  /** Signatures and decipherments made. */
  readonly keyUses: number;
}
