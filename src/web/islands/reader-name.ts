import { withStorage } from './browser-storage.ts';

/**
 * The card reader that the person has chosen, remembered in this browser by its name and nothing else. A browser that
 * keeps nothing asks again.
 */
const KEY = 'gateway-reader';

/** What the component may call a reader; longer is none. */
const LONGEST_NAME = 256;

export function findChosenReader(): string | undefined {
  return withStorage('localStorage', storage => {
    const name = storage.getItem(KEY) ?? '';
    return name === '' || name.length > LONGEST_NAME ? undefined : name;
  });
}

export function rememberReader(name: string): void {
  withStorage('localStorage', storage => storage.setItem(KEY, name));
}

export function forgetReader(): void {
  withStorage('localStorage', storage => storage.removeItem(KEY));
}
