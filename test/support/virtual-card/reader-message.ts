import type { CardState, VirtualCard } from './card-content.ts';

/** The driver of vsmartcard has two slots, which pcscd shows as two readers. */
export type SlotNumber = 0 | 1;

/** What a test has the reader's process do. */
export type ReaderOrder =
  | { readonly do: 'insert'; readonly slot: SlotNumber; readonly card: VirtualCard }
  | { readonly do: 'remove' | 'remove-at-key-use'; readonly slot: SlotNumber }
  | { readonly do: 'tell-state'; readonly cardId: string };

export interface ReaderRequest {
  readonly id: number;
  readonly order: ReaderOrder;
}

/** The first message has the id 0 and says that pcscd listens, or why not. */
export type ReaderReply =
  | { readonly id: number; readonly ok: true; readonly state?: CardState }
  | { readonly id: number; readonly ok: false; readonly reason: string };
