import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const FOLDER = new URL('../../config/verifiers/', import.meta.url);

/** The shipped verifiers that are run, with what runs them (Debian's packages, see scripts/debian-packages.sh). */
const PROGRAMS = {
  Java: ['/usr/bin/java', 'java/GatewayAssertionVerifier.java'],
  PHP: ['/usr/bin/php', 'php/GatewayAssertionVerifier.php'],
  // -B: no compiled copy beside the shipped file
  Python: ['/usr/bin/python3', '-B', 'python/gateway_assertion.py'],
} as const;

export type Language = keyof typeof PROGRAMS;
export const LANGUAGES = ['Java', 'PHP', 'Python'] as const satisfies readonly Language[];

/** One line to a shipped verifier; `jwks` is a key set or its address, `now` in seconds. */
export interface Asked {
  readonly id: string;
  readonly jwks: unknown;
  readonly issuer: string;
  readonly audience: string;
  readonly now: number;
  readonly assertion: string;
}

/** A shipped verifier that runs and answers line by line. */
export interface RunningVerifier {
  judge(asked: Asked): Promise<Readonly<Record<string, unknown>>>;
  end(): Promise<void>;
}

/** @param keyFolder where the verifier may keep keys that it fetched (PHP only) */
export function startVerifier(language: Language, keyFolder: string): RunningVerifier {
  const [program, ...args] = PROGRAMS[language];
  const child = spawn(program, [...args, keyFolder], {
    cwd: fileURLToPath(FOLDER),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = once(child, 'exit');
  return {
    async judge(asked) {
      child.stdin.write(`${JSON.stringify(asked)}\n`);
      const line = await answers.next();
      if (line.done === true) throw new Error(`The ${language} verifier ended.`);
      return JSON.parse(line.value) as Readonly<Record<string, unknown>>;
    },
    async end() {
      child.stdin.end();
      await ended;
    },
  };
}
