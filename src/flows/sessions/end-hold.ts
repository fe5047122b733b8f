/** How far the end of a session holds, the firmest first. */
export const END_HOLDS = [
  /** In the database: for good, on every node. */
  'recorded',
  /** In the store, so on every node; its record waits on this node's disk. */
  'record-pending',
  /** Kept on this node's disk, and in force here: the others learn of it when this node reaches the database or the store again. */
  'here-only',
  /** In the store, so on every node now; neither database nor disk took it: a store that forgets takes it back. */
  'unrecorded',
] as const;

export type EndHold = (typeof END_HOLDS)[number];

/** How far several ends hold together. */
export function weakestHold(holds: readonly EndHold[]): EndHold {
  return END_HOLDS.findLast(hold => holds.includes(hold)) ?? 'recorded';
}

/** The portal's page for a browser whose session is over, or that had none. */
export function loggedOutPath(hold: EndHold | 'none'): string {
  return hold === 'recorded' || hold === 'none' ? '/logged-out' : `/logged-out?hold=${hold}`;
}
