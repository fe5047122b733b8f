import type { CardOutcome, CardSignRequest, CardSignature, Inventory, SlotEvent } from '../card-reader.ts';

/** What the agent and the process that holds the PKCS#11 module say to each other, one question at a time. */
export type ModuleRequest =
  | { readonly id: number; readonly operation: 'inventory'; readonly withCertificates: boolean }
  | { readonly id: number; readonly operation: 'sign'; readonly request: CardSignRequest }
  | { readonly id: number; readonly operation: 'slot-event' };

export interface ModuleReply {
  readonly id: number;
  readonly outcome:
    CardOutcome<Inventory> | CardOutcome<CardSignature> | CardOutcome<{ readonly slotEvent: SlotEvent }>;
}
