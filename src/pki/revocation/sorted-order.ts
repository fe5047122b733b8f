/** Bits that one pass sorts by: 2,048 counters and targets stay in the processor's nearest cache, 65,536 do not. */
const PASS_BITS = 11;
const PASS_BUCKETS = 1 << PASS_BITS;

/** As many buckets as keys, up to 4 million: with more, the counters alone would fall out of every cache. */
const MAX_BUCKET_BITS = 22;

/** Buckets up to this size are put in order one by one; random keys fill a bucket with 20 at most. */
const SMALL_BUCKET = 32;

/**
 * The order of 64-bit keys, given in two words each, as indices; equal keys keep their order. Time in proportion to the
 * number of keys, whatever a hostile list holds: keys that spread, as random serial numbers and hashes do, go into
 * their buckets in one pass; others are sorted by counting, word after word.
 */
export function sortedOrder(high: Uint32Array, low: Uint32Array): Uint32Array {
  const inBuckets = bucketOrder(high, low);
  if (inBuckets !== undefined) return inBuckets;
  const identity = new Uint32Array(high.length);
  for (let at = 0; at < identity.length; at++) identity[at] = at;
  return sortByWord(sortByWord(identity, low), high);
}

/** The order by leading bits of the high word and then one by one; `undefined` where a bucket is too large for that. */
function bucketOrder(high: Uint32Array, low: Uint32Array): Uint32Array | undefined {
  const size = high.length;
  const bits = Math.min(MAX_BUCKET_BITS, Math.max(1, 32 - Math.clz32(size)));
  const shift = 32 - bits;
  const next = new Uint32Array((1 << bits) + 1);
  for (let at = 0; at < size; at++) {
    const bucket = ((high[at] ?? 0) >>> shift) + 1;
    next[bucket] = (next[bucket] ?? 0) + 1;
  }
  let sum = 0;
  for (let bucket = 1; bucket < next.length; bucket++) {
    const count = next[bucket] ?? 0;
    if (count > SMALL_BUCKET) return undefined;
    sum += count;
    next[bucket] = sum;
  }
  const order = new Uint32Array(size);
  // The high words go along, so that putting a bucket in order does not jump through memory to read them.
  const keys = new Uint32Array(size);
  for (let at = 0; at < size; at++) {
    const key = high[at] ?? 0;
    const bucket = key >>> shift;
    const target = next[bucket] ?? 0;
    next[bucket] = target + 1;
    order[target] = at;
    keys[target] = key;
  }
  for (let at = 1; at < size; at++) {
    if ((keys[at - 1] ?? 0) >= (keys[at] ?? 0)) insert(order, keys, low, at);
  }
  return order;
}

/** Moves one index back to its place among those before it, which are in order; never past its own bucket. */
function insert(order: Uint32Array, keys: Uint32Array, low: Uint32Array, from: number): void {
  const moving = order[from] ?? 0;
  const key = keys[from] ?? 0;
  const lowKey = low[moving] ?? 0;
  let at = from;
  for (; at > 0; at--) {
    const before = keys[at - 1] ?? 0;
    const previous = order[at - 1] ?? 0;
    if (before < key || (before === key && (low[previous] ?? 0) <= lowKey)) break;
    order[at] = previous;
    keys[at] = before;
  }
  order[at] = moving;
  keys[at] = key;
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
  const next = new Uint32Array(PASS_BUCKETS + 1);
  for (let at = 0; at < size; at++) {
    const bucket = (((keys[at] ?? 0) >>> shift) & (PASS_BUCKETS - 1)) + 1;
    next[bucket] = (next[bucket] ?? 0) + 1;
  }
  for (let bucket = 1; bucket <= PASS_BUCKETS; bucket++) next[bucket] = (next[bucket] ?? 0) + (next[bucket - 1] ?? 0);
  for (let at = 0; at < size; at++) {
    const key = keys[at] ?? 0;
    const bucket = (key >>> shift) & (PASS_BUCKETS - 1);
    const target = next[bucket] ?? 0;
    next[bucket] = target + 1;
    to.order[target] = order[at] ?? 0;
    to.keys[target] = key;
  }
}
