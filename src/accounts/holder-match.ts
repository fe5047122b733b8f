/** Why a card cannot be said to be the person's by what is written on it. */
export type HolderMismatch =
  | 'name-differs'
  | 'name-not-comparable'
  | 'last-four-differs'
  | 'last-four-absent'
  /** The number that stands for a person in every citizen certificate is not that of the card before. */
  | 'subject-differs';

/** A person's name and the last four characters of the identity number, as one of two sources has them. */
export interface NamedPerson {
  readonly name: string;
  readonly idLastFour: string | null;
}

export type HolderVerdict =
  | { readonly kind: 'matches' }
  /** A registrar must look at the person, the card and an identity paper, and record it. */
  | { readonly kind: 'must-be-confirmed'; readonly mismatches: readonly HolderMismatch[] }
  /** Neither the name nor the four characters speak for it: somebody else's card. */
  | { readonly kind: 'another-person'; readonly mismatches: readonly HolderMismatch[] };

/**
 * Compares the holder of a card with the person of an account (D1-123). A name alone is shared by many people and four
 * characters by more, so both must agree; where one cannot be compared a registrar decides.
 */
export function matchHolder(person: NamedPerson, holder: NamedPerson): HolderVerdict {
  const name = compareNames(person.name, holder.name);
  const lastFour = compareLastFour(person.idLastFour, holder.idLastFour);
  const mismatches = [name, lastFour].filter(each => each !== null);
  if (mismatches.length === 0) return { kind: 'matches' };
  const nothingSpeaksForIt = name === 'name-differs' && lastFour !== null;
  return { kind: nothingSpeaksForIt ? 'another-person' : 'must-be-confirmed', mismatches };
}

function compareNames(one: string, other: string): HolderMismatch | null {
  const [first, second] = [one, other].map(foldName);
  // A private-use character means something else in every office, so that even equal ones prove nothing.
  if (HOLDS_STANDIN.test(one) || HOLDS_STANDIN.test(other)) return 'name-not-comparable';
  if (first === second) return null;
  return HOLDS_RARE.test(one) || HOLDS_RARE.test(other) ? 'name-not-comparable' : 'name-differs';
}

/** Private use, the replacement character, and what is printed for a character that a font or code page lacks. */
const HOLDS_STANDIN = /[\p{Co}\uFFFD?？□〓＊*]/u;

/** Beyond the basic plane, or described by its parts: written one way here and another way there. */
const HOLDS_RARE = /[\u{10000}-\u{10FFFF}\u2FF0-\u2FFF]/u;

/** Width, compatibility ideographs, case, spaces and the dots within indigenous names make no difference. */
function foldName(name: string): string {
  return name
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\u00B7\u2022\u2027\u30FB\u2024\uFF0E.-]/g, '');
}

function compareLastFour(one: string | null, other: string | null): HolderMismatch | null {
  if (one === null || other === null) return 'last-four-absent';
  return one.toUpperCase() === other.toUpperCase() ? null : 'last-four-differs';
}
