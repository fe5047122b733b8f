import type { CardFailureCode, CardOutcome, Inventory, Slot } from '../card-reader.ts';
import type { CardCertificate } from '../certificates/card-certificate.ts';
import { chooseSignCertificate } from '../certificates/choice.ts';
import { retCodeOf } from '../hipki/codes.ts';
import type { RetCode } from '../hipki/codes.ts';
import type { PageText } from '../pages/texts.ts';
import { CITIZEN_CARD, cardFamilyOf } from './card-family.ts';

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
  const cards = slots.flatMap(({ token }) => (typeof token === 'string' ? [] : [token]));
  const [card, ...others] = cards;
  if (card === undefined) return [cardMissing(slots.map(({ token }) => token)), ...skip('certificate')];
  const facts = cards.map(({ serialNumber }) => ({ label: 'cardNumber', value: serialNumber }) as const);
  const cardStep: Step =
    others.length > 0
      ? { name: 'card', state: 'attention', facts, next: 'severalCards' }
      : { name: 'card', state: 'ok', facts };
  return [cardStep, certificateStep(card.certificates ?? [], now)];
}

function cardMissing(tokens: readonly Slot['token'][]): Step {
  if (tokens.includes('foreign')) return stop('card', 'wrong-card', 'otherCardWanted');
  return tokens.includes('unknown')
    ? stop('card', 'card-unreadable', 'cleanCard')
    : stop('card', 'no-card', 'insertCard');
}

function certificateStep(certificates: readonly { readonly der: Uint8Array }[], now: Date): Step {
  const found = chooseSignCertificate(certificates, { at: now, checkValidity: false });
  if (!found.ok) return stop('certificate', found.failure.code, 'noSignCertificate');
  const { certificate } = found.value;
  const facts = certificateFacts(certificate);
  if (now < certificate.notBefore) return stop('certificate', 'certificate-not-yet-valid', 'checkClock', facts);
  if (now > certificate.notAfter) return stop('certificate', 'certificate-expired', 'renew', facts);
  if (cardFamilyOf(certificate.issuerText) !== CITIZEN_CARD) {
    return { name: 'certificate', state: 'attention', facts, next: 'notCitizenCard' };
  }
  if (certificate.notAfter.getTime() - now.getTime() < RENEWAL_NOTICE_MS) {
    return { name: 'certificate', state: 'attention', facts, next: 'expiresSoon' };
  }
  return { name: 'certificate', state: 'ok', facts };
}

function certificateFacts({ issuerText, notBefore, notAfter, keyUsage }: CardCertificate): Fact[] {
  return [
    { label: 'cardFamily', value: cardFamilyOf(issuerText) ?? '–' },
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
