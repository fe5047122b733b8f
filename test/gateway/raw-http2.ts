import { createServer, type AddressInfo, type Socket } from 'node:net';

/** Types of frames (RFC 9113 section 6). */
export const FRAME = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goaway: 7, continuation: 9 } as const;
/** Flags: END_STREAM and ACK, and END_HEADERS. */
export const FLAG = { end: 1, ack: 1, endHeaders: 4 } as const;
/** A block of fields that is `:status: 200`. */
export const STATUS_200 = Buffer.from([0x88]);

/** One frame, whatever it says. */
export function frame(type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

export function uint32(...numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * numbers.length);
  numbers.forEach((number, index) => bytes.writeUInt32BE(number, 4 * index));
  return bytes;
}

/** A server that speaks HTTP/2 without TLS, frame by frame. */
export interface RawHttp2Server {
  readonly origin: string;
  /** Streams that were opened, by their connection. */
  readonly opened: { readonly connection: number; readonly stream: number }[];
  /** Says something when a stream is opened. */
  speak: (socket: Socket, stream: number, connection: number) => void;
  close(): Promise<void>;
}

export async function startRawHttp2(): Promise<RawHttp2Server> {
  const sockets = new Set<Socket>();
  const server = createServer(socket => {
    sockets.add(socket);
    connections += 1;
    const connection = connections;
    // The 24 bytes of the client's preface come first.
    let unread = Buffer.alloc(0);
    let skipped = false;
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    socket.write(frame(FRAME.settings, 0, 0));
    socket.on('data', (data: Buffer) => {
      unread = Buffer.concat([unread, data]);
      if (!skipped && unread.length < 24) return;
      if (!skipped) unread = unread.subarray(24);
      skipped = true;
      while (unread.length >= 9 && unread.length >= 9 + unread.readUIntBE(0, 3)) {
        const [type, flags, stream] = [unread[3], unread[4] ?? 0, unread.readUInt32BE(5)];
        const payload = unread.subarray(9, 9 + unread.readUIntBE(0, 3));
        unread = unread.subarray(9 + payload.length);
        if (type === FRAME.settings && (flags & FLAG.ack) === 0) socket.write(frame(FRAME.settings, FLAG.ack, 0));
        if (type === FRAME.ping && (flags & FLAG.ack) === 0) socket.write(frame(FRAME.ping, FLAG.ack, 0, payload));
        if (type !== FRAME.headers) continue;
        raw.opened.push({ connection, stream });
        raw.speak(socket, stream, connection);
      }
    });
  });
  let connections = 0;
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve));
  const raw: RawHttp2Server = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    opened: [],
    speak: () => undefined,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise(resolve => server.close(resolve));
    },
  };
  return raw;
}
