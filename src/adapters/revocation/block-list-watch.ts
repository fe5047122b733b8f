import { statSync } from 'node:fs';
import { BlockList } from '../../pki/revocation/block-list.ts';

/** A card that is blocked should be out within seconds; one look at a file a second costs nothing. */
const LOOK_MS = 1_000;

export interface BlockListWatch {
  list(): BlockList;
  /** What is wrong with the file now, while the list that was read before stays in force. */
  problem(): string | undefined;
  /**
   * Begins to look. `onChange` is called with the list as it is and with every new one, again until it resolves; what it
   * throws goes to `onProblem`.
   */
  start(onChange: (list: BlockList) => Promise<void>): void;
  close(): Promise<void>;
}

/**
 * Keeps the local block list as its file says. A file that cannot be read any more changes nothing: what was blocked
 * stays blocked until a sound file says otherwise.
 *
 * @param options.read reads the file; throws when it is not sound
 * @throws what `read` throws, if the file is not sound at the start
 */
export function watchBlockList(options: {
  readonly path: string;
  readonly read: (path: string) => BlockList;
  readonly onProblem: (error: unknown) => void;
}): BlockListWatch {
  const { path } = options;
  // Looked at before it is read: a change in between is seen as one at the next look.
  let seen = markOf(path);
  let list = options.read(path);
  let isAnnounced = false;
  let problem: string | undefined;
  let running: Promise<void> | undefined;

  const report = (error: unknown): void => {
    problem = error instanceof Error ? error.message : String(error);
    options.onProblem(error);
  };
  const look = async (onChange: (list: BlockList) => Promise<void>): Promise<void> => {
    const mark = markOf(path);
    if (mark !== seen) {
      seen = mark;
      try {
        list = options.read(path);
        isAnnounced = false;
        problem = undefined;
      } catch (error) {
        report(error);
      }
    }
    if (isAnnounced) return;
    const announced = list;
    try {
      await onChange(announced);
      isAnnounced = announced === list;
    } catch (error) {
      options.onProblem(error);
    }
  };
  let timer: NodeJS.Timeout | undefined;

  return {
    list: () => list,
    problem: () => problem,
    start(onChange) {
      timer ??= setInterval(() => {
        running ??= look(onChange).finally(() => (running = undefined));
      }, LOOK_MS).unref();
    },
    async close() {
      clearInterval(timer);
      await running;
    },
  };
}

/** Changes whenever the file does: its time, its size, or another file put in its place. */
function markOf(path: string): string {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? 'absent' : [found.ino, found.size, found.mtimeNs, found.ctimeNs].join();
}

const EMPTY = new BlockList();

/** For a gateway without such a file. */
export const NO_BLOCK_LIST: BlockListWatch = {
  list: () => EMPTY,
  problem: () => undefined,
  start: () => undefined,
  close: () => Promise.resolve(),
};
