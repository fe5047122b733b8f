/**
 * The card reader that the person has chosen, remembered in this browser by its name and nothing else. A browser that
 * keeps nothing asks again.
 */
const KEY = 'gateway-reader';

/** What the component may call a reader; longer is none. */
const LONGEST_NAME = 256;

export function findChosenReader(): string | undefined {
  return withStorage(storage => {
    const name = storage.getItem(KEY) ?? '';
    return name === '' || name.length > LONGEST_NAME ? undefined : name;
  });
}

export function rememberReader(name: string): void {
  withStorage(storage => storage.setItem(KEY, name));
}

export function forgetReader(): void {
  withStorage(storage => storage.removeItem(KEY));
}

/** Storage that is switched off, or full, throws a DOMException. */
function withStorage<T>(use: (storage: Storage) => T): T | undefined {
  try {
    return use(localStorage);
  } catch (error) {
    if (error instanceof DOMException) return undefined;
    throw error;
  }
}
