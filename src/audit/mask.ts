/** More dots than this say nothing more. */
const LONGEST_GAP = 12;

/**
 * Hides all of a value but what tells one from another in a list: of an identity number or a uniform number (8 characters
 * and more) the first and last two, of a name the first and last character, of what is shorter nothing.
 *
 * `A123456789` → `A1••••••89`, `12345678` → `12••••78`, `王小明` → `王•明`, `王明` → `••`
 */
export function maskValue(value: string): string {
  const characters = Array.from(value);
  const { length } = characters;
  const shown = length >= 8 ? 2 : length >= 3 ? 1 : 0;
  if (shown === 0) return '••';
  const gap = '•'.repeat(Math.min(length - 2 * shown, LONGEST_GAP));
  return [...characters.slice(0, shown), gap, ...characters.slice(-shown)].join('');
}
