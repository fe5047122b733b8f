import type { TLSSocket } from 'node:tls';
import type { GatewayUnderTest } from './gateway-under-test.ts';
import { dialHttp2 } from './http2-client.ts';

/** Kinds of frames (RFC 9113 section 6). */
export const KIND = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  push: 5,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

export const END_STREAM = 1;
export const END_HEADERS = 4;

export interface Frame {
  readonly kind: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

/** A client that says in HTTP/2 whatever it is told to, right or wrong. */
export interface RawHttp2 {
  readonly socket: TLSSocket;
  /** All frames that have come. */
  readonly frames: readonly Frame[];
  send(...parts: readonly Buffer[]): void;
  /** The first frame that is as wanted, among those that have come as well; undefined where the connection ended without. */
  frame(isWanted: (frame: Frame) => boolean): Promise<Frame | undefined>;
  /** How a stream or the whole connection ends. */
  outcomeOf(stream: number): Promise<Outcome>;
  /** Resolves when the connection is closed. */
  readonly closed: Promise<void>;
}

/** Content of an answer that was whole, or the code with which a stream was reset or the connection given up. */
export type Outcome =
  { readonly body: string } | { readonly reset: number } | { readonly goAway: number } | { readonly closed: true };

/** Opens a connection and says the preface with its settings. */
export async function openRaw(gateway: Pick<GatewayUnderTest, 'port' | 'ca'>): Promise<RawHttp2> {
  const socket = await dialHttp2(gateway);
  const frames: Frame[] = [];
  const waiting = new Set<() => void>();
  let isClosed = false;
  let unread = Buffer.alloc(0);
  const wake = (): void => waiting.forEach(look => look());
  socket.on('data', (chunk: Buffer) => {
    unread = Buffer.concat([unread, chunk]);
    while (unread.length >= 9 && unread.length >= 9 + unread.readUIntBE(0, 3)) {
      const end = 9 + unread.readUIntBE(0, 3);
      frames.push({
        kind: unread.readUInt8(3),
        flags: unread.readUInt8(4),
        stream: unread.readUInt32BE(5) & 0x7fffffff,
        payload: unread.subarray(9, end),
      });
      unread = unread.subarray(end);
    }
    wake();
  });
  const closed = new Promise<void>(resolve => {
    socket.on('close', () => {
      isClosed = true;
      wake();
      resolve();
    });
  });
  const frame: RawHttp2['frame'] = isWanted =>
    new Promise(resolve => {
      const look = (): void => {
        const found = frames.find(isWanted);
        if (found === undefined && !isClosed) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  const send = (...parts: readonly Buffer[]): void => void socket.write(Buffer.concat(parts));
  send(PREFACE, frameOf(KIND.settings, 0, 0));
  return {
    socket,
    frames,
    send,
    frame,
    closed,
    async outcomeOf(stream) {
      const last = await frame(
        each =>
          each.kind === KIND.goAway ||
          (each.stream === stream && (each.kind === KIND.reset || (each.kind <= 1 && (each.flags & END_STREAM) !== 0))),
      );
      if (last === undefined) return { closed: true };
      if (last.kind === KIND.reset) return { reset: last.payload.readUInt32BE(0) };
      if (last.kind === KIND.goAway) return { goAway: last.payload.readUInt32BE(4) };
      const content = frames.filter(each => each.kind === KIND.data && each.stream === stream);
      return { body: Buffer.concat(content.map(each => each.payload)).toString('utf8') };
    },
  };
}

export function frameOf(kind: number, flags: number, stream: number, payload: Buffer | string = ''): Buffer {
  const content = typeof payload === 'string' ? Buffer.from(payload, 'latin1') : payload;
  const head = Buffer.alloc(9);
  head.writeUIntBE(content.length, 0, 3);
  head.writeUInt8(kind, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, content]);
}

/** Fields as literals that nobody remembers (RFC 7541 section 6.2.2), byte for byte as given. */
export function blockOf(fields: readonly (readonly [string, string])[]): Buffer {
  return Buffer.concat(
    fields.flatMap(([name, value]) => [Buffer.of(0), ...[name, value].flatMap(text => stringOf(text))]),
  );
}

/** A HEADERS frame with all of the fields in it. */
export function headersOf(stream: number, fields: readonly (readonly [string, string])[], flags = END_STREAM): Buffer {
  return frameOf(KIND.headers, END_HEADERS | flags, stream, blockOf(fields));
}

/** Length in a prefix of seven bits (RFC 7541 section 5.1), then the bytes as they are. */
function stringOf(text: string): Buffer[] {
  const bytes = Buffer.from(text, 'latin1');
  const length: number[] = [];
  if (bytes.length < 127) length.push(bytes.length);
  else {
    length.push(127);
    let rest = bytes.length - 127;
    for (; rest >= 128; rest = Math.floor(rest / 128)) length.push((rest % 128) + 128);
    length.push(rest);
  }
  return [Buffer.from(length), bytes];
}
