import { randomBytes } from 'node:crypto';
import { redisScript, type RedisConnection } from './connection.ts';
import { unpackUuid } from './keys.ts';
import { endReason } from './session-record.ts';
import { BEAT_LUA } from './session-scripts.ts';
import type { SessionEndReason } from '../../sessions/session.ts';

const BEAT = redisScript(BEAT_LUA);

/** Two beats may be late before a subscription counts as down. */
const BEAT_INTERVAL_MS = 400;
const SILENT_AFTER_MS = 1_000;

/** The connection of a subscription that stays silent for so long is given up and made anew. */
const GIVEN_UP_AFTER_MS = 2_000;

/** Ends told lately, so that none is told twice; far more than are under way at once. */
const REMEMBERED_ENDS = 10_000;

/**
 * The fast way of ends between nodes: whoever ends a session publishes it in the same script. Each node also publishes a beat
 * for itself, through the connection that asks: heard on the one that listens, it shows that both lead to one server.
 */
export class EndChannel {
  readonly #connection: RedisConnection;
  /** This node's name among the others. */
  readonly #node = randomBytes(9).toString('base64url');
  readonly #onEnd: (reference: string, reason: SessionEndReason) => void;
  readonly #told = new Set<string>();
  readonly #beats: NodeJS.Timeout;
  #heardMs = -Infinity;
  #connectedMs = -Infinity;

  constructor(connection: RedisConnection, onEnd: (reference: string, reason: SessionEndReason) => void) {
    this.#connection = connection;
    this.#onEnd = onEnd;
    connection.listener.on('message', this.#hear);
    connection.listener.on('ready', this.#subscribe);
    if (connection.listener.status === 'ready') this.#subscribe();
    this.#beats = setInterval(() => this.#beat(), BEAT_INTERVAL_MS).unref();
  }

  isListening(): boolean {
    return performance.now() - this.#heardMs < SILENT_AFTER_MS;
  }

  /** Tells of an end unless it has been told before. @param at the instant of it, as the store has it */
  tell(reference: string, reason: SessionEndReason, at: string): void {
    const end = `${reference} ${at}`;
    if (this.#told.has(end)) return;
    for (const oldest of this.#told) {
      if (this.#told.size < REMEMBERED_ENDS) break;
      this.#told.delete(oldest);
    }
    this.#told.add(end);
    this.#onEnd(reference, reason);
  }

  stop(): void {
    clearInterval(this.#beats);
    this.#connection.listener.off('message', this.#hear);
    this.#connection.listener.off('ready', this.#subscribe);
  }

  get #beatChannel(): string {
    return `${this.#connection.settings.keyPrefix}beat:${this.#node}`;
  }

  readonly #subscribe = (): void => {
    this.#connectedMs = performance.now();
    const { listener, settings } = this.#connection;
    listener.subscribe(`${settings.keyPrefix}ends`, this.#beatChannel).then(
      () => this.#beat(),
      () => {
        if (listener.status === 'ready') listener.disconnect(true);
      },
    );
  };

  readonly #hear = (channel: string, message: string): void => {
    if (channel === this.#beatChannel) {
      this.#heardMs = performance.now();
      return;
    }
    const [packed = '', why, at] = message.split(' ');
    const reference = unpackUuid(packed);
    const reason = endReason.safeParse(why);
    if (reference !== undefined && reason.success && at !== undefined) this.tell(reference, reason.data, at);
  };

  #beat(): void {
    const { listener } = this.#connection;
    const now = performance.now();
    if (listener.status === 'ready' && now - Math.max(this.#heardMs, this.#connectedMs) > GIVEN_UP_AFTER_MS) {
      this.#connectedMs = now;
      listener.disconnect(true);
    }
    // Not answered, it is not heard either: what there is to tell is told by that.
    this.#connection.run(BEAT, [this.#node]).catch(() => undefined);
  }
}
