import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { StoreFault } from '../../../flows/ports/store-fault.ts';
import { PrivateFileFault, readPrivateFile } from '../private-file.ts';
import { QuestionQueue } from './question-queue.ts';
import type { TokenQuestion, TokenReply, TokenSettings } from './token-message.ts';

/** A token that is away is looked for again after this. */
const PAUSE_MS = 2_000;

/** The file beside this one: `.ts` when run from source, `.js` when run from the build. */
const CHILD_PATH = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './token-child.ts' : './token-child.js', import.meta.url),
);

interface Running {
  readonly child: ChildProcess;
  readonly questions: QuestionQueue;
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

  /** @throws StoreFault where the token cannot be asked, or refuses; KeyBusy where it is asked too much */
  async ask(question: TokenQuestion): Promise<Uint8Array | null> {
    const running = (this.#running ??= this.#start());
    let outcome = await running.ready;
    if (outcome.ok) outcome = await running.questions.ask(question);
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
    const gate = Promise.withResolvers<TokenReply['outcome']>();
    const questions = new QuestionQueue(
      request => child.send(request, error => error !== null && this.#end(running, error.message)),
      problem => this.#end(running, problem),
    );
    const running: Running = { child, questions, ready: gate.promise };
    child.on('message', (reply: TokenReply) => questions.answer(reply));
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
    const outcome = await running.questions.ask({ operation: 'logIn', pin });
    if (!outcome.ok && outcome.problem.includes('CKR_PIN_')) this.#refusedPin = pin;
    return outcome;
  }

  #end(running: Running, problem: string): void {
    if (this.#running !== running) return;
    this.#running = undefined;
    this.#failedMs = performance.now();
    this.#failure = problem;
    // SIGKILL: a module that hangs hears nothing else.
    running.child.kill('SIGKILL');
    running.questions.end(failed(problem));
  }
}

function failed(problem: string): TokenReply['outcome'] {
  return { ok: false, problem, isTokenSound: false };
}
