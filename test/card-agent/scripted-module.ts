import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SOFTHSM_MODULE } from './softhsm.ts';
import { temporaryFolder } from './temporary-folder.ts';

const SOURCE = fileURLToPath(new URL('./scripted-module.c', import.meta.url));
const HEADERS = fileURLToPath(new URL('../../node_modules/pkcs11js/includes/pkcs11', import.meta.url));

/** `apt-get install gcc libc6-dev` */
const COMPILER = process.env['CC'] ?? 'gcc';

/** `scripted-module.c`, compiled: SoftHSM that hangs, crashes and fails to order while it is in use. */
export class ScriptedModule {
  readonly #folder = temporaryFolder('scripted-module');
  readonly path = path.join(this.#folder, 'module.so');
  readonly #script = path.join(this.#folder, 'script');
  readonly env = { SCRIPTED_MODULE: this.#script };

  constructor() {
    this.misbehave();
    const define = `-DSOFTHSM_MODULE="${SOFTHSM_MODULE}"`;
    execFileSync(COMPILER, ['-shared', '-fPIC', '-O1', '-I', HEADERS, define, SOURCE, '-o', this.path, '-ldl'], {
      stdio: 'pipe',
    });
  }

  /** @param rules lines for the module's script; without any it is SoftHSM again */
  misbehave(...rules: readonly string[]): void {
    const beside = `${this.#script}.new`;
    writeFileSync(beside, rules.map(rule => `${rule}\n`).join(''));
    renameSync(beside, this.#script);
    rmSync(`${this.#script}.pulled`, { force: true });
    writeFileSync(`${this.#script}.calls`, '');
  }

  /** The processes that called this function since `misbehave`, one entry a call. */
  callers(name: string): number[] {
    const lines = readFileSync(`${this.#script}.calls`, 'utf8').split('\n');
    return lines.map(line => line.split(' ')).flatMap(([called, pid]) => (called === name ? [Number(pid)] : []));
  }
}
