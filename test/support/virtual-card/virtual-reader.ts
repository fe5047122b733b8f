import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CardState, VirtualCard } from './card-content.ts';
import type { ReaderOrder, ReaderReply, ReaderRequest, SlotNumber } from './reader-message.ts';

/** OpenSC's PKCS#11 module, which reads the cards as it would any PIV card. */
export const OPENSC_MODULE = '/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so';

const PROCESS = join(import.meta.dirname, 'reader-process.ts');
const PARTS: Readonly<Record<string, string>> = {
  '/usr/sbin/pcscd': 'pcscd',
  '/usr/lib/pcsc/drivers/serial/libifdvpcd.so': 'vsmartcard-vpcd',
  [OPENSC_MODULE]: 'opensc',
  '/sbin/ip': 'iproute2',
};

/**
 * A smart card reader of its own: a real pcscd with virtual slots, which only programs with `environment` see. It ends
 * with `stop()` or with this process, whatever ends that.
 */
export class VirtualReader {
  /** What a process must have in its environment to use this reader. */
  readonly environment: { readonly PCSCLITE_CSOCK_NAME: string };
  readonly #folder: string;
  readonly #process: ChildProcess;
  #lastId = 0;

  constructor(folder: string, process: ChildProcess) {
    this.#folder = folder;
    this.#process = process;
    this.environment = { PCSCLITE_CSOCK_NAME: join(folder, 'run/pcscd/pcscd.comm') };
  }

  /** Puts a card in, in place of one that is there; it is as it was when it was last taken out. Settles when pcscd has seen it. */
  async insert(card: VirtualCard, slot: SlotNumber = 0): Promise<void> {
    await this.#order({ do: 'insert', card, slot });
  }

  /** Pulls the card. pcscd notices within 400 ms, as with a real reader that is polled. */
  async remove(slot: SlotNumber = 0): Promise<void> {
    await this.#order({ do: 'remove', slot });
  }

  /** Has the card pulled at the moment that its key is asked for the next time: the answer never comes. */
  async removeAtKeyUse(slot: SlotNumber = 0): Promise<void> {
    await this.#order({ do: 'remove-at-key-use', slot });
  }

  /** @throws when this card was never in this reader */
  async stateOf(card: VirtualCard): Promise<CardState> {
    const { state } = await this.#order({ do: 'tell-state', cardId: card.id });
    if (state === undefined) throw new Error('This card was never in this reader.');
    return state;
  }

  /** Ends everything and removes the folder. */
  async stop(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const ended = once(this.#process, 'exit');
      this.#process.disconnect();
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #order(order: ReaderOrder): Promise<ReaderReply & { ok: true }> {
    const request: ReaderRequest = { id: ++this.#lastId, order };
    const answered = replyTo(this.#process, request.id);
    this.#process.send(request);
    return await answered;
  }
}

/**
 * Starts one. Any number run side by side.
 *
 * @param options.readers `none`: a card service without a reader
 * @throws one sentence when a Debian package is missing or this machine lets nobody make namespaces
 */
export async function startVirtualReader(options: { readonly readers?: 'one' | 'none' } = {}): Promise<VirtualReader> {
  const missing = Object.keys(PARTS).filter(path => !existsSync(path));
  if (missing.length > 0) {
    throw new Error(`Parts are missing: apt-get install -y ${missing.map(path => PARTS[path]).join(' ')}`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'virtual-reader-'));
  // a plain user is root in a user namespace of his own
  const asUser = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const namespaces = ['--net', '--mount', '--propagation', 'private'];
  const inside = [process.execPath, PROCESS, folder, options.readers ?? 'one'];
  const child = spawn('unshare', [...asUser, ...namespaces, '--', ...inside], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
    // no preloads of the test runner
    env: { PATH: `/usr/sbin:/usr/bin:/sbin:/bin` },
  });
  const reader = new VirtualReader(folder, child);
  try {
    await replyTo(child, 0);
    return reader;
  } catch (error) {
    await reader.stop();
    throw error;
  }
}

/** @throws when the process says why not, or ends */
function replyTo(child: ChildProcess, id: number): Promise<ReaderReply & { ok: true }> {
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void): void => {
      child.off('message', onMessage).off('exit', onEnd).off('error', onEnd);
      settle();
    };
    const onMessage = (reply: ReaderReply): void => {
      if (reply.id !== id) return;
      finish(() => (reply.ok ? resolve(reply) : reject(new Error(`The virtual reader failed: ${reply.reason}`))));
    };
    const onEnd = (): void => {
      finish(() =>
        reject(
          new Error(
            'The virtual reader ended; it needs the right to make network and mount namespaces (unshare -n -m).',
          ),
        ),
      );
    };
    child.on('message', onMessage).once('exit', onEnd).once('error', onEnd);
  });
}
