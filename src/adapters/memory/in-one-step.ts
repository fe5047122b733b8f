/**
 * Runs `step` at once and hands its result, or what it throws, to the caller's promise. Nothing awaits inside, so no
 * other operation can come between: this is what makes the operations of the memory stores atomic.
 */
export function inOneStep<T>(step: () => T): Promise<T> {
  return new Promise(resolve => resolve(step()));
}

/** The same with the result itself, where there is one; what `step` throws is a promise's all the same. */
export function atOnce<T>(step: () => T): T | Promise<T> {
  try {
    return step();
  } catch (error) {
    return inOneStep(() => {
      throw error;
    });
  }
}
