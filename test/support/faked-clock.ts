import { accessSync, globSync, writeFileSync } from 'node:fs';

/** The wall clock of other programs, in the test's hand (libfaketime). */
export interface FakedClock {
  /** What a program must have in its environment to go by it. */
  readonly env: Readonly<Record<string, string>>;
  /** Sets it; it goes on from there. Programs see it at their next look. */
  set(instant: Date): void;
}

/**
 * A wall clock for programs started with its environment. Their monotonic clock stays the machine's own, as it does when
 * an administrator sets the time.
 *
 * @param file where the clock's offset is written, for the programs to read
 */
export function fakeClock(file: string): FakedClock {
  const [library] = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1');
  if (library === undefined) throw new Error('libfaketime is missing. Install it: apt-get install -y faketime');
  accessSync(library);
  return {
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    // An offset, not a time of day: that would be read in the program's own zone.
    set: instant =>
      writeFileSync(file, `${((instant.getTime() - Date.now()) / 1000).toFixed(3)}s\n`.replace(/^(?!-)/, '+')),
  };
}
