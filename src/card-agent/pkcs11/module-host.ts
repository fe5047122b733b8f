import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { cardFailure } from '../card-reader.ts';
import { hasLostFooting } from './lost-footing.ts';
import type { ModuleReply, ModuleRequest } from './module-message.ts';
import type { TokenChoice } from './token-choice.ts';

/** The file beside this one: `.ts` when run from source, `.js` when run from the build. */
const CHILD_PATH = fileURLToPath(new URL('./module-child.ts', import.meta.url)).replace(
  /\.ts$/,
  import.meta.url.endsWith('.ts') ? '.ts' : '.js',
);

/**
 * Keeps a process with the PKCS#11 module in it and puts one question to it at a time, each with a deadline. A process
 * that misses it is killed (SIGKILL: a module that dead-locks does not hear anything else) and the next question
 * starts a new one. A question is never repeated: its PIN may already have cost a try.
 */
export class ModuleHost {
  readonly #modulePath: string;
  readonly #choice: TokenChoice;
  readonly #deadlineMs: number;
  #child: ChildProcess | undefined;
  #lastId = 0;

  constructor(parts: { readonly modulePath: string; readonly choice: TokenChoice; readonly deadlineMs: number }) {
    this.#modulePath = parts.modulePath;
    this.#choice = parts.choice;
    this.#deadlineMs = parts.deadlineMs;
  }

  /**
   * Answers within the deadline, start of a new process included, or at once when `giveWay` is aborted: then the
   * process is killed, too. The caller waits for one answer before the next question.
   */
  async ask(question: (id: number) => ModuleRequest, giveWay?: AbortSignal): Promise<ModuleReply['outcome']> {
    const child = (this.#child ??= this.#start());
    this.#lastId += 1;
    const outcome = await this.#exchange(child, question(this.#lastId), giveWay);
    if (!outcome.ok && hasLostFooting(outcome.failure)) this.#end(child);
    return outcome;
  }

  close(): void {
    if (this.#child !== undefined) this.#end(this.#child);
  }

  #start(): ChildProcess {
    const child = fork(CHILD_PATH, [this.#modulePath, JSON.stringify(this.#choice)], {
      serialization: 'advanced',
      // its standard input tells it that the agent lives (`end-with-agent.ts`); its output is dropped, because modules
      // write traces of what they send to the card, PIN included
      stdio: ['pipe', 'ignore', 'ignore', 'ipc'],
      execArgv: [],
    });
    child.unref();
    child.channel?.unref();
    if (child.stdin instanceof Socket) child.stdin.unref();
    // closed under us when the process ends; that is what it is for
    child.stdin?.on('error', () => undefined);
    for (const end of ['exit', 'error']) child.on(end, () => this.#end(child));
    return child;
  }

  async #exchange(
    child: ChildProcess,
    request: ModuleRequest,
    giveWay: AbortSignal | undefined,
  ): Promise<ModuleReply['outcome']> {
    return await new Promise(resolve => {
      const finish = (outcome: ModuleReply['outcome']) => {
        clearTimeout(timer);
        child.off('message', onMessage);
        child.off('exit', onExit);
        child.off('error', onExit);
        giveWay?.removeEventListener('abort', onGiveWay);
        resolve(outcome);
      };
      const onMessage = (reply: ModuleReply) => {
        if (reply.id === request.id) finish(reply.outcome);
      };
      const onExit = () => {
        this.#end(child);
        finish(cardFailure('helper-failed', 0, 'the PKCS#11 module ended its process'));
      };
      const giveUp = (why: string) => {
        this.#end(child);
        finish(cardFailure('helper-failed', 0, why));
      };
      const onGiveWay = () => giveUp('the PKCS#11 module was too slow for a look at the readers');
      const timer = setTimeout(
        () => giveUp(`the PKCS#11 module did not answer in ${String(this.#deadlineMs)} ms`),
        this.#deadlineMs,
      );
      giveWay?.addEventListener('abort', onGiveWay);
      child.on('message', onMessage);
      child.once('exit', onExit);
      child.once('error', onExit);
      child.send(request, error => {
        if (error !== null) onExit();
      });
    });
  }

  #end(child: ChildProcess): void {
    if (this.#child === child) this.#child = undefined;
    child.kill('SIGKILL');
  }
}
