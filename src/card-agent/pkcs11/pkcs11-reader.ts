import { setTimeout as sleep } from 'node:timers/promises';
import { cardFailure } from '../card-reader.ts';
import type {
  CardOutcome,
  CardReader,
  CardSignRequest,
  CardSignature,
  Inventory,
  InventoryWanted,
  SlotEvent,
} from '../card-reader.ts';
import { mayMeanCardGone } from './lost-footing.ts';
import { ModuleHost } from './module-host.ts';
import type { TokenChoice } from './token-choice.ts';

/** A card service that polls its reader notices within half a second that the card was pulled. */
const NOTICE_MS = 600;
const LOOK_AGAIN_MS = 200;

/** A card behind a PKCS#11 module, which lives in a process of its own (`ModuleHost`). */
export class Pkcs11Reader implements CardReader {
  readonly description: string;
  readonly #host: ModuleHost;
  readonly #deadlineMs: number;

  /**
   * @param parts.deadlineMs longest time for one call, start of the module's process included
   */
  constructor(parts: { readonly modulePath: string; readonly choice: TokenChoice; readonly deadlineMs: number }) {
    this.description = `PKCS#11 module ${parts.modulePath}`;
    this.#host = new ModuleHost(parts);
    this.#deadlineMs = parts.deadlineMs;
  }

  async inventory({ withCertificates, giveWay }: InventoryWanted): Promise<CardOutcome<Inventory>> {
    const outcome = await this.#host.ask(id => ({ id, operation: 'inventory', withCertificates }), giveWay);
    if (!outcome.ok) return outcome;
    if ('slots' in outcome.value) return { ok: true, value: outcome.value };
    throw new Error('The PKCS#11 process answered another question.');
  }

  async sign(request: CardSignRequest): Promise<CardOutcome<CardSignature>> {
    const deadline = AbortSignal.timeout(this.#deadlineMs);
    const outcome = await this.#host.ask(id => ({ id, operation: 'sign', request }));
    if (!outcome.ok) {
      const isGone = mayMeanCardGone(outcome.failure) && (await this.#cardLeaves(request.slotDescription, deadline));
      return isGone ? cardFailure('no-card', outcome.failure.lastError) : outcome;
    }
    if ('signature' in outcome.value) return { ok: true, value: outcome.value };
    throw new Error('The PKCS#11 process answered another question.');
  }

  /** Whether the reader is empty, now or as soon as the card service has noticed; asked of a new process. */
  async #cardLeaves(slotDescription: string | undefined, giveWay: AbortSignal): Promise<boolean> {
    for (let waited = 0; waited <= NOTICE_MS && !giveWay.aborted; waited += LOOK_AGAIN_MS) {
      const found = await this.inventory({ withCertificates: false, giveWay });
      if (!found.ok) return false;
      const slots = found.value.slots.filter(slot => [undefined, slot.slotDescription].includes(slotDescription));
      if (slots.every(({ token }) => token === 'absent')) return true;
      await sleep(LOOK_AGAIN_MS);
    }
    return false;
  }

  async slotEvent(giveWay: AbortSignal): Promise<CardOutcome<SlotEvent>> {
    const outcome = await this.#host.ask(id => ({ id, operation: 'slot-event' }), giveWay);
    if (!outcome.ok) return outcome;
    if ('slotEvent' in outcome.value) return { ok: true, value: outcome.value.slotEvent };
    throw new Error('The PKCS#11 process answered another question.');
  }

  close(): void {
    this.#host.close();
  }
}
