/**
 * Runs `step` at once and hands its result, or what it throws, to the caller's promise. Nothing awaits inside, so no
 * other operation can come between: this is what makes the operations of the memory stores atomic.
 */
export function inOneStep<T>(step: () => T): Promise<T> {
  return new Promise(resolve => resolve(step()));
}
