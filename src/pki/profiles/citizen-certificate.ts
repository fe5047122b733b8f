import type { CardHolderFacts } from './card-holder.ts';

/** Evidence that a citizen card's sign certificate was judged: path, revocation and profile. Only this module makes one. */
export class CardHolder {
  readonly #facts: CardHolderFacts;
  private constructor(facts: CardHolderFacts) {
    this.#facts = facts;
  }
  get facts(): CardHolderFacts {
    return this.#facts;
  }
}
