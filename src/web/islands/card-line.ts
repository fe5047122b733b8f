/** One line on what is in a reader, for people to tell their cards apart. */
import type { CardCertificate } from './card-certificate.ts';
import type { ReaderState } from './component-environment.ts';
import { taipeiTime } from './taipei-time.ts';
import { copyOf, findTemplate } from './templates.ts';

/**
 * - `absent`, `unknown`: no card; something that the component cannot use, such as a health insurance card
 * - `no-sign`: a card without a certificate for signing
 * - `other-family`: a card for businesses, agencies or organisations, or of an issuer that is not known
 * - `not-yet-valid`, `expired`: a citizen's, by the clock of this computer
 * - `citizen`: what a login needs
 */
export type CardKind = 'absent' | 'unknown' | 'no-sign' | 'other-family' | 'not-yet-valid' | 'expired' | 'citizen';

export interface JudgedCard {
  readonly kind: CardKind;
  readonly certificate?: CardCertificate;
}

/** What a login would meet in this reader; of several certificates the most useful one counts. */
export function judgeCard(card: ReaderState['card'], now: Date): JudgedCard {
  if (card === 'absent' || card === 'unknown') return { kind: card };
  const judged = card.signCertificates.map(certificate => ({ kind: kindOf(certificate, now), certificate }));
  const best = (['citizen', 'expired', 'not-yet-valid', 'other-family'] as const)
    .map(kind => judged.find(each => each.kind === kind))
    .find(found => found !== undefined);
  return best ?? { kind: 'no-sign' };
}

function kindOf({ family, notBefore, notAfter }: CardCertificate, now: Date): CardKind {
  if (family !== 'MOICA') return 'other-family';
  if (now < notBefore) return 'not-yet-valid';
  return now > notAfter ? 'expired' : 'citizen';
}

/** The line, from the template of its kind. What names a person is in elements with `data-personal`. */
export function composeCardLine({ kind, certificate }: JudgedCard): DocumentFragment {
  const line = copyOf(findTemplate('card', kind));
  if (certificate === undefined) return line;
  const family = line.querySelector(`[data-family="${certificate.family ?? ''}"]`);
  family?.removeAttribute('hidden');
  fill(line, '[data-personal]', maskName(certificate.holder ?? ''));
  fill(line, '[data-from]', taipeiTime(certificate.notBefore).slice(0, 10));
  fill(line, '[data-until]', taipeiTime(certificate.notAfter).slice(0, 10));
  return line;
}

/** Enough of a name to know one's own: 王○明, 林○. */
export function maskName(name: string): string {
  const characters = Array.from(name);
  const shown = new Set([0, characters.length > 2 ? characters.length - 1 : 0]);
  return characters.map((character, index) => (shown.has(index) ? character : '○')).join('');
}

function fill(line: DocumentFragment, selector: string, text: string): void {
  const element = line.querySelector(selector);
  if (element !== null) element.textContent = text;
}
