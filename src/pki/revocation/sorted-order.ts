/** Bits that one pass sorts by: 2,048 counters and targets stay in the processor's nearest cache, 65,536 do not. */
const PASS_BITS = 11;
const BUCKETS = 1 << PASS_BITS;

/** Groups of equal high words up to this length are put in order one by one; random keys make groups of two. */
const SMALL_GROUP = 16;

/**
 * The order of 64-bit keys, given in two words each, as indices; equal keys keep their order. Time in proportion to the
 * number of keys, whatever a hostile list holds: counting sort on the high word, then on both words only where many
 * keys share a high word.
 */
export function sortedOrder(high: Uint32Array, low: Uint32Array): Uint32Array {
  const identity = new Uint32Array(high.length);
  for (let at = 0; at < identity.length; at++) identity[at] = at;
  const order = sortByWord(identity, high);
  return settleTies(order, high, low) ? order : sortByWord(sortByWord(identity, low), high);
}

/** Stable counting sort of `order` by one word of the keys, in three passes from the lowest bits. */
function sortByWord(order: Uint32Array, words: Uint32Array): Uint32Array {
  const size = order.length;
  const keys = new Uint32Array(size);
  for (let at = 0; at < size; at++) keys[at] = words[order[at] ?? 0] ?? 0;
  let from = { order: order.slice(), keys };
  let to = { order: new Uint32Array(size), keys: new Uint32Array(size) };
  for (let shift = 0; shift < 32; shift += PASS_BITS) {
    sortPass(from, to, shift);
    [from, to] = [to, from];
  }
  return from.order;
}

interface Column {
  readonly order: Uint32Array;
  /** The word of each, carried along so that no pass jumps through memory to read it. */
  readonly keys: Uint32Array;
}

function sortPass(from: Column, to: Column, shift: number): void {
  const { order, keys } = from;
  const size = keys.length;
  const next = new Uint32Array(BUCKETS + 1);
  for (let at = 0; at < size; at++) {
    const bucket = (((keys[at] ?? 0) >>> shift) & (BUCKETS - 1)) + 1;
    next[bucket] = (next[bucket] ?? 0) + 1;
  }
  for (let bucket = 1; bucket <= BUCKETS; bucket++) next[bucket] = (next[bucket] ?? 0) + (next[bucket - 1] ?? 0);
  for (let at = 0; at < size; at++) {
    const key = keys[at] ?? 0;
    const bucket = (key >>> shift) & (BUCKETS - 1);
    const target = next[bucket] ?? 0;
    next[bucket] = target + 1;
    to.order[target] = order[at] ?? 0;
    to.keys[target] = key;
  }
}

/**
 * Puts keys with the same high word in the order of their low words; false if there are too many of them to do it one
 * by one.
 */
function settleTies(order: Uint32Array, high: Uint32Array, low: Uint32Array): boolean {
  let start = 0;
  for (let at = 1; at <= order.length; at++) {
    if (at < order.length && high[order[at] ?? 0] === high[order[start] ?? 0]) continue;
    if (at - start > SMALL_GROUP) return false;
    for (let i = start + 1; i < at; i++) insert(order, low, start, i);
    start = at;
  }
  return true;
}

function insert(order: Uint32Array, low: Uint32Array, start: number, from: number): void {
  const moving = order[from] ?? 0;
  const key = low[moving] ?? 0;
  let at = from;
  for (; at > start && (low[order[at - 1] ?? 0] ?? 0) > key; at--) order[at] = order[at - 1] ?? 0;
  order[at] = moving;
}
