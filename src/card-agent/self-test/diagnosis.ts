import type { CardFailureCode, CardOutcome, Inventory, Slot, TokenCertificate } from '../card-reader.ts';
import type { CardCertificate } from '../certificates/card-certificate.ts';
import { cardFamilyOf } from '../certificates/card-family.ts';
import type { CardFamily } from '../certificates/card-family.ts';
import { chooseSignCertificate } from '../certificates/choice.ts';
import { retCodeOf } from '../hipki/codes.ts';
import type { RetCode } from '../hipki/codes.ts';
import type { PageText } from '../pages/texts.ts';

/** One step of the self-test, in the order in which a card login needs them. */
export interface Step {
  readonly name: 'agent' | 'module' | 'reader' | 'card' | 'certificate';
  /** `skipped`: not looked at, because an earlier step failed */
  readonly state: 'ok' | 'attention' | 'stop' | 'skipped';
  readonly facts: readonly Fact[];
  /** what the person does now */
  readonly next?: PageText;
  readonly code?: RetCode;
}

interface Fact {
  readonly label: PageText;
  readonly value: string;
}

/** Time to renew before the morning on which the card no longer works. */
const RENEWAL_NOTICE_MS = 60 * 86_400_000;

/**
 * Judges what the readers hold, step by step; no PIN is needed for any of it.
 *
 * @param now against which the certificate's validity is judged
 */
export function diagnose(
  agent: { readonly version: string; readonly allowedOrigins: readonly string[] },
  outcome: CardOutcome<Inventory>,
  now: Date,
): readonly Step[] {
  return [agentStep(agent), ...(outcome.ok ? inventorySteps(outcome.value, now) : moduleFailed(outcome.failure.code))];
}

function agentStep({ version, allowedOrigins }: Parameters<typeof diagnose>[0]): Step {
  const facts: Fact[] = [
    { label: 'version', value: version },
    { label: 'servedPages', value: allowedOrigins.join(', ') || '–' },
  ];
  if (allowedOrigins.length === 0) return { name: 'agent', state: 'attention', facts, next: 'servesNobody' };
  return { name: 'agent', state: 'ok', facts };
}

const nextAfterModuleFailure: Partial<Record<CardFailureCode, PageText>> = {
  'module-missing': 'installModule',
  'reader-unreadable': 'startReaderService',
};

function moduleFailed(code: CardFailureCode): Step[] {
  return [
    stop('module', code, nextAfterModuleFailure[code] ?? 'moduleHangs'),
    ...skip('reader', 'card', 'certificate'),
  ];
}

function inventorySteps({ libraryDescription, libraryVersion, slots }: Inventory, now: Date): Step[] {
  const module: Step = {
    name: 'module',
    state: 'ok',
    facts: [{ label: 'library', value: `${libraryDescription} ${libraryVersion}`.trim() }],
  };
  if (slots.length === 0) return [module, stop('reader', 'no-reader', 'connectReader'), ...skip('card', 'certificate')];
  const readers = slots.map(slot => ({ label: 'reader', value: slot.slotDescription }) as const);
  return [module, { name: 'reader', state: 'ok', facts: readers }, ...cardSteps(slots, now)];
}

function cardSteps(slots: readonly Slot[], now: Date): Step[] {
  const cards = slots.flatMap(({ slotDescription, token }) =>
    typeof token === 'string' ? [] : [{ slotDescription, ...token }],
  );
  const [first, ...others] = cards;
  if (first === undefined) return [cardMissing(slots.map(({ token }) => token)), ...skip('certificate')];
  const facts = cards.flatMap(card => cardFacts(card, now));
  const cardStep: Step =
    others.length > 0
      ? { name: 'card', state: 'attention', facts, next: 'severalCards' }
      : { name: 'card', state: 'ok', facts };
  // the one that a login would take
  const checked = cards.find(({ certificates }) => signCertificateOf(certificates, now, true).ok) ?? first;
  return [cardStep, certificateStep(checked.certificates, now)];
}

function cardMissing(tokens: readonly Slot['token'][]): Step {
  if (tokens.includes('foreign')) return stop('card', 'wrong-card', 'otherCardWanted');
  return tokens.includes('unknown')
    ? stop('card', 'card-unreadable', 'cleanCard')
    : stop('card', 'no-card', 'insertCard');
}

function signCertificateOf(certificates: readonly TokenCertificate[] | undefined, now: Date, citizenCardOnly = false) {
  return chooseSignCertificate(certificates ?? [], { at: now, checkValidity: false, citizenCardOnly });
}

/** Which card lies in which reader, so that the right one is pulled. Its number goes to the help desk: the end only. */
function cardFacts(
  card: { slotDescription: string; serialNumber: string; certificates?: readonly TokenCertificate[] },
  now: Date,
): Fact[] {
  const found = signCertificateOf(card.certificates, now);
  const family = found.ok ? cardFamilyOf(found.value.certificate.issuerText) : undefined;
  return [
    { label: 'reader', value: card.slotDescription },
    { label: 'cardNumber', value: `…${card.serialNumber.slice(-4)}` },
    { label: 'cardFamily', value: family === undefined ? '–' : familyNames[family] },
  ];
}

const familyNames = {
  MOICA: '自然人憑證 MOICA',
  MOEACA: '工商憑證 MOEACA',
  GCA: '政府機關憑證 GCA',
  XCA: '組織及團體憑證 XCA',
  HCA: '醫事人員憑證 HCA',
  GTestCA: '測試憑證 GTestCA',
} as const satisfies Record<CardFamily, string>;

function certificateStep(certificates: readonly TokenCertificate[] | undefined, now: Date): Step {
  const found = signCertificateOf(certificates, now);
  if (!found.ok) return stop('certificate', found.failure.code, 'noSignCertificate');
  const { certificate } = found.value;
  const facts = certificateFacts(certificate);
  if (now < certificate.notBefore) return stop('certificate', 'certificate-not-yet-valid', 'checkClock', facts);
  if (now > certificate.notAfter) return stop('certificate', 'certificate-expired', 'renew', facts);
  if (cardFamilyOf(certificate.issuerText) !== 'MOICA') {
    return { name: 'certificate', state: 'attention', facts, next: 'notCitizenCard' };
  }
  if (certificate.notAfter.getTime() - now.getTime() < RENEWAL_NOTICE_MS) {
    return { name: 'certificate', state: 'attention', facts, next: 'expiresSoon' };
  }
  return { name: 'certificate', state: 'ok', facts };
}

function certificateFacts({ issuerText, notBefore, notAfter, keyUsage }: CardCertificate): Fact[] {
  return [
    { label: 'issuer', value: issuerText },
    { label: 'keyUsage', value: keyUsage?.join(', ') ?? '–' },
    { label: 'validity', value: `${taipeiTime(notBefore)} – ${taipeiTime(notAfter)}` },
  ];
}

/** `2026-11-22 08:58:31`, Asia/Taipei; the page names the zone. */
function taipeiTime(instant: Date): string {
  return instant.toLocaleString('sv-SE', { timeZone: 'Asia/Taipei' });
}

function stop(name: Step['name'], code: CardFailureCode, next: PageText, facts: readonly Fact[] = []): Step {
  return { name, state: 'stop', facts, next, code: retCodeOf({ code }) };
}

function skip(...names: readonly Step['name'][]): Step[] {
  return names.map(name => ({ name, state: 'skipped', facts: [] }));
}
