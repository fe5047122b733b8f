import { readFileSync } from 'node:fs';
import { sign } from 'node:crypto';
import { chooseSignCertificate, useFirstFitting } from '../certificates/choice.ts';
import { cardFailure } from '../card-reader.ts';
import type {
  CardOutcome,
  CardReader,
  CardSignRequest,
  CardSignature,
  Inventory,
  Slot,
  SlotEvent,
} from '../card-reader.ts';
import { LastError } from '../hipki/codes.ts';
import { SoftCardState, loadReaders } from './card-file.ts';
import { readPkcs12 } from './pkcs12.ts';
import type { Pkcs12Entry } from './pkcs12.ts';

interface CardContent {
  readonly state: SoftCardState;
  readonly entries: readonly Pkcs12Entry[];
}

/** What a PKCS#12 password costs to check is paid once a card, and again when one of its files was exchanged. */
interface CachedEntries {
  readonly fingerprint: string;
  readonly entries: readonly Pkcs12Entry[];
}

/**
 * PKCS#12 files as cards in readers, for tests, demonstrations and development: PIN with three tries, card number,
 * insertion and removal while running. Nothing but file permissions protects its keys.
 */
export class SoftCardReader implements CardReader {
  readonly description: string;
  readonly #folder: string;
  readonly #cache = new Map<string, CachedEntries>();

  /** @throws Error when the folder has no readable `reader.json` */
  constructor(folder: string) {
    this.#folder = folder;
    this.description = `soft cards in ${folder}`;
    loadReaders(folder);
  }

  inventory(wanted: { readonly withCertificates: boolean }): Promise<CardOutcome<Inventory>> {
    return Promise.resolve(this.#inventory(wanted.withCertificates));
  }

  sign(request: CardSignRequest): Promise<CardOutcome<CardSignature>> {
    return Promise.resolve(this.#sign(request));
  }

  /** Files report nothing, and reading them again costs next to nothing. */
  slotEvent(): Promise<CardOutcome<SlotEvent>> {
    return Promise.resolve({ ok: true, value: 'seen' });
  }

  close(): void {
    this.#cache.clear();
  }

  #inventory(withCertificates: boolean): CardOutcome<Inventory> {
    const readers = this.#readers();
    if (!readers.ok) return readers;
    const slots = readers.value.map((reader): Slot => {
      if (reader.card === null) return { slotDescription: reader.name, token: 'absent' };
      const content = this.#content(reader.card);
      if (!content.ok) return { slotDescription: reader.name, token: 'unknown' };
      const { state, entries } = content.value;
      const certificates = entries.map(({ label, der }) => ({ label, der }));
      const token = {
        serialNumber: state.cardNumber,
        label: 'soft card',
        ...(withCertificates ? { certificates } : {}),
      };
      return { slotDescription: reader.name, token };
    });
    return { ok: true, value: { libraryDescription: 'moica-card-agent soft card', libraryVersion: '1.0', slots } };
  }

  #sign(request: CardSignRequest): CardOutcome<CardSignature> {
    const readers = this.#readers();
    if (!readers.ok) return readers;
    if (readers.value.length === 0) return cardFailure('no-reader');
    const named = request.slotDescription;
    const candidates = readers.value.filter(({ name }) => named === undefined || name === named);
    if (candidates.length === 0) return cardFailure('no-reader');
    const contents = candidates.flatMap(({ card }) => (card === null ? [] : [this.#content(card)]));
    const [first, ...others] = contents.flatMap(content => (content.ok ? [content.value] : []));
    if (first === undefined) {
      const [unreadable] = contents.flatMap(content => (content.ok ? [] : [content]));
      return unreadable ?? cardFailure('no-card');
    }
    return useFirstFitting([first, ...others], request.citizenCardOnly, card => signWith(card, request));
  }

  #readers(): CardOutcome<ReturnType<typeof loadReaders>> {
    try {
      return { ok: true, value: loadReaders(this.#folder) };
    } catch (error) {
      return cardFailure('reader-unreadable', 0, `reader.json cannot be read: ${kindOf(error)}`);
    }
  }

  #content(name: string): CardOutcome<CardContent> {
    try {
      const state = new SoftCardState(this.#folder, name);
      const files = state.p12Paths().map(path => readFileSync(path));
      const fingerprint = files.map(file => file.toString('base64')).join('.');
      const cached = this.#cache.get(name);
      if (cached?.fingerprint === fingerprint) return { ok: true, value: { state, entries: cached.entries } };
      const entries = files.flatMap(file => readPkcs12(file, state.p12Password));
      this.#cache.set(name, { fingerprint, entries });
      return { ok: true, value: { state, entries } };
    } catch (error) {
      return cardFailure('card-unreadable', 0, `the soft card ${name} cannot be read: ${kindOf(error)}`);
    }
  }
}

/** CKA_ID of the sign key on citizen cards */
const SIGN_KEY_ID = Buffer.from('SIGN', 'latin1');

/** Same order as with a card: certificate and key are looked for, then the PIN is used, then the key. */
function signWith({ state, entries }: CardContent, request: CardSignRequest): CardOutcome<CardSignature> {
  if (request.keyId !== undefined && !SIGN_KEY_ID.equals(request.keyId)) return cardFailure('key-not-found');
  const chosen = chooseSignCertificate(entries, request);
  if (!chosen.ok) return chosen;
  const { der, privateKey } = chosen.value;
  if (privateKey === undefined) return cardFailure('key-not-found');
  if (state.isLocked()) return cardFailure('login-failed', LastError.pinLocked);
  if (request.pin.length < 6 || request.pin.length > 8) return cardFailure('login-failed', LastError.pinLengthRange);
  const judgement = state.tryPin(request.pin);
  if (!judgement.ok) return cardFailure('login-failed', lastErrorForTries(judgement.triesLeft));
  const signature = sign(request.hashAlgorithm.toLowerCase(), request.data, privateKey);
  return { ok: true, value: { signature, certificate: der, cardNumber: state.cardNumber } };
}

function lastErrorForTries(triesLeft: number): number {
  if (triesLeft === 0) return LastError.pinLocked;
  return triesLeft === 1 ? LastError.pinOneTryLeft : LastError.pinTwoTriesLeft;
}

/** File errors carry their code; other messages could quote the file, which holds a password. */
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown fault';
  return 'code' in error ? String(error.code) : error.name;
}
