/** A listener that throws keeps no session alive and no other listener uninformed: its fault goes to the process. */
export function tell<L>(listeners: readonly L[], call: (listener: L) => void): void {
  for (const listener of listeners) {
    try {
      call(listener);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
