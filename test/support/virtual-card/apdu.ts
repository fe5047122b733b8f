/** A command to the card (ISO/IEC 7816-3 §12.1), short or extended. */
export interface Command {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data: Buffer;
  /** The most bytes that the answer may have. */
  readonly le: number;
}

/** The instruction that uses a private key. */
export const GENERAL_AUTHENTICATE = 0x87;

/** What the card says at the end of each answer (ISO/IEC 7816-4 §5.1.3, NIST SP 800-73). */
export const Status = {
  ok: 0x9000,
  wrongLength: 0x6700,
  securityNotSatisfied: 0x6982,
  blocked: 0x6983,
  conditionsNotSatisfied: 0x6985,
  wrongData: 0x6a80,
  notFound: 0x6a82,
  wrongParameters: 0x6a86,
  referenceNotFound: 0x6a88,
  unknownInstruction: 0x6d00,
} as const;

/** `63CX`: verification failed, X tries left. */
export const triesLeft = (tries: number): number => 0x63c0 | tries;

/** Nothing when the bytes are no command. */
export function parseCommand(bytes: Buffer): Command | undefined {
  if (bytes.length < 4) return undefined;
  const [cla = 0, ins = 0, p1 = 0, p2 = 0] = bytes;
  const header = { cla, ins, p1, p2 };
  const body = bytes.subarray(4);
  const none = Buffer.alloc(0);
  if (body.length === 0) return { ...header, data: none, le: 256 };
  if (body.length === 1) return { ...header, data: none, le: body[0]! || 256 };
  const isExtended = body[0] === 0 && body.length > 2;
  if (isExtended && body.length === 3) return { ...header, data: none, le: body.readUInt16BE(1) || 65_536 };
  const start = isExtended ? 3 : 1;
  const end = start + (isExtended ? body.readUInt16BE(1) : body[0]!);
  const data = body.subarray(start, end);
  const le = body.subarray(end);
  const leLength = isExtended ? 2 : 1;
  if (data.length !== end - start || (le.length !== 0 && le.length !== leLength)) return undefined;
  const most = isExtended ? 65_536 : 256;
  return { ...header, data, le: le.length === 0 ? most : le.readUIntBE(0, leLength) || most };
}

export function answer(status: number, data: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([data, Buffer.from([status >> 8, status & 0xff])]);
}
