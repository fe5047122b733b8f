/** A value at once where it is at hand: what happens thousands of times a second waits for nothing then, not even for its turn. */
export type Soon<T> = T | Promise<T>;

/** Goes on with a value: at once where it is at hand, and throws then what `next` throws; else when it has come. */
export function soon<T, Next>(value: Soon<T>, next: (value: T) => Soon<Next>): Soon<Next> {
  return value instanceof Promise ? value.then(next) : next(value);
}
