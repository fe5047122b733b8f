import type {
  CardOutcome,
  CardReader,
  CardSignRequest,
  CardSignature,
  Inventory,
  InventoryWanted,
  SlotEvent,
} from '../card-reader.ts';
import { ModuleHost } from './module-host.ts';
import type { TokenChoice } from './token-choice.ts';

/** A card behind a PKCS#11 module, which lives in a process of its own (`ModuleHost`). */
export class Pkcs11Reader implements CardReader {
  readonly description: string;
  readonly #host: ModuleHost;

  /**
   * @param parts.deadlineMs longest time for one call, start of the module's process included
   */
  constructor(parts: { readonly modulePath: string; readonly choice: TokenChoice; readonly deadlineMs: number }) {
    this.description = `PKCS#11 module ${parts.modulePath}`;
    this.#host = new ModuleHost(parts);
  }

  async inventory({ withCertificates, giveWay }: InventoryWanted): Promise<CardOutcome<Inventory>> {
    const outcome = await this.#host.ask(id => ({ id, operation: 'inventory', withCertificates }), giveWay);
    if (!outcome.ok) return outcome;
    if ('slots' in outcome.value) return { ok: true, value: outcome.value };
    throw new Error('The PKCS#11 process answered another question.');
  }

  async sign(request: CardSignRequest): Promise<CardOutcome<CardSignature>> {
    const outcome = await this.#host.ask(id => ({ id, operation: 'sign', request }));
    if (!outcome.ok) return outcome;
    if ('signature' in outcome.value) return { ok: true, value: outcome.value };
    throw new Error('The PKCS#11 process answered another question.');
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
