import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { GENERAL_AUTHENTICATE } from './apdu.ts';
import type { PivCard } from './piv-card.ts';

/** Protocol T=1 alone; the historical bytes name nothing that OpenSC knows, so that it asks for the PIV application. */
const ATR = withCheckByte(Buffer.concat([Buffer.from('3b8a01', 'hex'), Buffer.from('VPIVCARD01')]));
const CONTROL = { off: 0, on: 1, reset: 2, atr: 4 } as const;

/**
 * A card's connection to a slot of vpcd, the reader driver: open while the card is in. Messages both ways are two bytes
 * of length and as many bytes; one byte is a control, anything longer a command.
 */
export class VpcdLink {
  readonly card: PivCard;
  readonly #socket: Socket;
  #received = Buffer.alloc(0);
  #leavesAtKeyUse = false;

  private constructor(card: PivCard, socket: Socket) {
    this.card = card;
    this.#socket = socket;
    socket.on('data', bytes => this.#receive(bytes));
    // the driver is gone; so is this slot
    socket.on('error', () => socket.destroy());
  }

  /** Puts the card in; settles when the driver has seen it. */
  static async insert(card: PivCard, port: number): Promise<VpcdLink> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    await once(socket, 'connect');
    const link = new VpcdLink(card, socket);
    await once(socket, 'data');
    return link;
  }

  /** Pulls the card. The driver notices when it looks the next time. */
  remove(): void {
    this.#socket.destroy();
    this.card.reset();
  }

  /** From now on the card is pulled the moment that its key is asked for. */
  removeAtKeyUse(): void {
    this.#leavesAtKeyUse = true;
  }

  #receive(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes]);
    while (this.#received.length >= 2) {
      const end = 2 + this.#received.readUInt16BE();
      if (this.#received.length < end) return;
      const message = this.#received.subarray(2, end);
      this.#received = this.#received.subarray(end);
      this.#handle(message);
    }
  }

  #handle(message: Buffer): void {
    if (message.length === 1) {
      if (message[0] === CONTROL.atr) this.#send(ATR);
      else this.card.reset();
    } else if (this.#leavesAtKeyUse && message[1] === GENERAL_AUTHENTICATE) {
      this.remove();
    } else {
      this.#send(this.card.transmit(message));
    }
  }

  #send(bytes: Buffer): void {
    const message = Buffer.alloc(2 + bytes.length);
    message.writeUInt16BE(bytes.length);
    bytes.copy(message, 2);
    this.#socket.write(message);
  }
}

/** TCK: the exclusive or of all bytes after the first. */
function withCheckByte(atr: Buffer): Buffer {
  return Buffer.concat([atr, Buffer.from([atr.subarray(1).reduce((sum, byte) => sum ^ byte, 0)])]);
}
