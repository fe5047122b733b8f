import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { StoreFault } from '../../../flows/ports/store-fault.ts';
import { PrivateFileFault, readPrivateFile } from '../private-file.ts';
import type { TokenQuestion, TokenReply, TokenRequest, TokenSettings } from './token-message.ts';

/** An HSM in the network answers in milliseconds; a call that takes longer hangs. Start of the process included. */
const DEADLINE_MS = 3_000;

/** A token that is away is looked for again after this. */
const PAUSE_MS = 2_000;

/** The file beside this one: `.ts` when run from source, `.js` when run from the build. */
const CHILD_PATH = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './token-child.ts' : './token-child.js', import.meta.url),
);

interface Running {
  readonly child: ChildProcess;
  readonly waiting: Map<number, (outcome: TokenReply['outcome']) => void>;
  lastId: number;
  /** Resolves when the token is open, with what stood in the way where it is not. */
  readonly ready: Promise<TokenReply['outcome']>;
}

/**
 * Keeps a process with the HSM's library in it, logged in. Where the token fails at anything, or answers too late, the process is ended, and a
 * later question starts another: a token that was away, restarted or changed is then seen as it is.
 */
export class TokenHost {
  readonly #settings: TokenSettings;
  readonly #pinFile: string;
  #running: Running | undefined;
  #failedMs = Number.NEGATIVE_INFINITY;
  #failure = '';
  /** Tokens lock after a few wrong PINs: one that was refused is not tried again. */
  #refusedPin: string | undefined;

  /** @param pinFile absolute path; 0600, the PIN on one line */
  constructor(settings: TokenSettings, pinFile: string) {
    this.#settings = settings;
    this.#pinFile = pinFile;
  }

  /** @throws StoreFault where the token cannot be asked, or refuses */
  async ask(question: TokenQuestion): Promise<Uint8Array | null> {
    const running = (this.#running ??= this.#start());
    let outcome = await running.ready;
    if (outcome.ok) outcome = await this.#exchange(running, question);
    if (outcome.ok) return outcome.bytes;
    if (!outcome.isTokenSound) this.#end(running, outcome.problem);
    throw new StoreFault(`The token "${this.#settings.tokenLabel}" cannot be used: ${outcome.problem}`);
  }

  close(): void {
    if (this.#running !== undefined) this.#end(this.#running, 'The gateway closes.');
  }

  #start(): Running {
    if (performance.now() - this.#failedMs < PAUSE_MS) throw new StoreFault(this.#failure);
    const child = fork(CHILD_PATH, [JSON.stringify(this.#settings)], {
      serialization: 'advanced',
      // Modules write traces of what they are given, the PIN included.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [],
    });
    child.unref();
    child.channel?.unref();
    const waiting: Running['waiting'] = new Map();
    const gate = Promise.withResolvers<TokenReply['outcome']>();
    const running: Running = { child, waiting, lastId: 0, ready: gate.promise };
    child.on('message', ({ id, outcome }: TokenReply) => waiting.get(id)?.(outcome));
    for (const end of ['exit', 'error'])
      child.on(end, () => this.#end(running, 'The process of the module has ended.'));
    this.#logIn(running).then(gate.resolve, (error: unknown) =>
      gate.resolve(failed(error instanceof Error ? error.message : String(error))),
    );
    return running;
  }

  async #logIn(running: Running): Promise<TokenReply['outcome']> {
    const pin = (await readPrivateFile(this.#pinFile))?.replace(/\r?\n$/, '');
    if (pin === undefined) throw new PrivateFileFault(`${this.#pinFile} is not there.`);
    if (pin === this.#refusedPin) {
      return failed(`The token has refused the PIN in ${this.#pinFile}; it is not tried again.`);
    }
    const outcome = await this.#exchange(running, { operation: 'logIn', pin });
    if (!outcome.ok && outcome.problem.includes('CKR_PIN_')) this.#refusedPin = pin;
    return outcome;
  }

  #exchange(running: Running, question: TokenQuestion): Promise<TokenReply['outcome']> {
    running.lastId += 1;
    const request: TokenRequest = { id: running.lastId, question };
    return new Promise(resolve => {
      const finish = (outcome: TokenReply['outcome']): void => {
        clearTimeout(timer);
        running.waiting.delete(request.id);
        resolve(outcome);
      };
      const timer = setTimeout(
        () => finish(failed(`The module did not answer within ${DEADLINE_MS / 1000} s.`)),
        DEADLINE_MS,
      );
      running.waiting.set(request.id, finish);
      if (this.#running !== running) finish(failed('The process of the module has ended.'));
      else running.child.send(request, error => error !== null && this.#end(running, error.message));
    });
  }

  #end(running: Running, problem: string): void {
    if (this.#running !== running) return;
    this.#running = undefined;
    this.#failedMs = performance.now();
    this.#failure = problem;
    // SIGKILL: a module that hangs hears nothing else.
    running.child.kill('SIGKILL');
    for (const finish of [...running.waiting.values()]) finish(failed(problem));
  }
}

function failed(problem: string): TokenReply['outcome'] {
  return { ok: false, problem, isTokenSound: false };
}
