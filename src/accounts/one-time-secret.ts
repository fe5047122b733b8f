/** Letters and digits that are not mistaken for one another on paper: no I, O, 0, 1. 32 of them, 5 bits each. */
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** 80 bits: nobody guesses one within its life, whatever the rate. */
export const SECRET_BYTES = 10;

const ONLY_LETTERS = new RegExp(`^[${LETTERS}]*$`);

const LENGTH = 16;
const GROUP = 4;

/** An initial secret not used within this time is dead (decision E10). */
export const INITIAL_SECRET_LIFETIME_MS = 7 * 24 * 3_600_000;

/**
 * A one-time secret for people to carry on paper: sixteen letters in four groups, `ABCD-EFGH-JKLM-NPQR`.
 *
 * @param random {@link SECRET_BYTES} random bytes
 */
export function composeSecret(random: Uint8Array): string {
  if (random.length !== SECRET_BYTES) throw new RangeError(`A secret is made of ${SECRET_BYTES} random bytes.`);
  let bits = random.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  let letters = '';
  for (let at = 0; at < LENGTH; at += 1) {
    letters = LETTERS.charAt(Number(bits & 31n)) + letters;
    bits >>= 5n;
  }
  return letters.replace(/(.{4})(?=.)/g, '$1-');
}

/**
 * A secret as people type it (lower case, full-width, without or with other spaces and hyphens) in its one written form;
 * undefined for anything that can be none.
 */
export function normaliseSecret(text: string): string | undefined {
  // Twice its length: room for separators, and no long text is normalised.
  if (text.length > 2 * (LENGTH + LENGTH / GROUP)) return undefined;
  const letters = text
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\u2010-\u2015-]/g, '');
  if (letters.length !== LENGTH || !ONLY_LETTERS.test(letters)) return undefined;
  return letters.replace(/(.{4})(?=.)/g, '$1-');
}
