import { constants, createPrivateKey, privateDecrypt, type KeyObject } from 'node:crypto';
import { GENERAL_AUTHENTICATE, Status, answer, parseCommand, triesLeft, type Command } from './apdu.ts';
import type { CardState, VirtualCard } from './card-content.ts';
import { CardSecret } from './pin.ts';
import { PIV_AID, applicationProperties, pivObjects } from './piv-objects.ts';
import { readTlvs, tlv } from './tlv.ts';

/** Key references (NIST SP 800-73-4 part 1, table 4b) and of the PIN and PUK (table 4a). */
const REFERENCE = { authentication: 0x9a, keyManagement: 0x9d, pin: 0x80, puk: 0x81 } as const;
/** RSA-2048 (SP 800-78-4, table 6-2). */
const ALGORITHM_RSA_2048 = 0x07;
const RSA_2048_BYTES = 256;

/** A PIV card (NIST SP 800-73-4) as far as OpenSC asks: bytes in, bytes out. */
export class PivCard {
  readonly #objects: ReadonlyMap<number, Buffer>;
  readonly #keys = new Map<number, KeyObject>();
  readonly #pin: CardSecret;
  readonly #puk: CardSecret;
  #keyUses = 0;

  // what a reset forgets
  #isSelected = false;
  #isVerified = false;
  #chained: Buffer[] = [];
  #unread = Buffer.alloc(0);

  constructor(card: VirtualCard) {
    this.#objects = pivObjects(card);
    for (const [reference, pair] of [
      [REFERENCE.authentication, card.sign],
      [REFERENCE.keyManagement, card.encrypt],
    ] as const) {
      if (pair === undefined) continue;
      this.#keys.set(reference, createPrivateKey({ key: pair.privateKey, format: 'der', type: 'pkcs8' }));
    }
    this.#pin = new CardSecret(card.pin);
    this.#puk = new CardSecret(card.puk);
  }

  get state(): CardState {
    return { pinTriesLeft: this.#pin.triesLeft, pukTriesLeft: this.#puk.triesLeft, keyUses: this.#keyUses };
  }

  /** Power on, reset, power off: tries stay, the PIN has to be given again. */
  reset(): void {
    this.#isSelected = false;
    this.#isVerified = false;
    this.#chained = [];
    this.#unread = Buffer.alloc(0);
  }

  /** One command, one answer of at most the length it asks for; the rest waits for GET RESPONSE. */
  transmit(bytes: Buffer): Buffer {
    const command = parseCommand(bytes);
    if (command === undefined) return answer(Status.wrongLength);
    const whole = command.ins === 0xc0 ? this.#unread : this.#perform(command);
    const data = whole.subarray(0, -2);
    this.#unread = Buffer.alloc(0);
    if (whole.length === 0) return answer(Status.conditionsNotSatisfied);
    if (data.length <= command.le) return whole;
    this.#unread = Buffer.from(whole.subarray(command.le));
    const left = data.length - command.le;
    // 61XX: XX bytes are left, 0 stands for 256 and more
    return answer(0x6100 | (left > 0xff ? 0 : left), data.subarray(0, command.le));
  }

  /** The whole answer. */
  #perform(command: Command): Buffer {
    this.#chained.push(command.data);
    if ((command.cla & 0x10) !== 0) return answer(Status.ok); // command chaining: more follows
    const data = Buffer.concat(this.#chained.splice(0));
    if (command.ins === 0xa4) return this.#select(data);
    if (!this.#isSelected) return answer(Status.unknownInstruction);
    switch (command.ins) {
      case 0xcb:
        return this.#getData(data);
      case 0x20:
        return answer(this.#verify(command, data));
      case 0x24:
        return answer(this.#changeReferenceData(command.p2, data));
      case 0x2c:
        return answer(this.#resetRetryCounter(command.p2, data));
      case GENERAL_AUTHENTICATE:
        return this.#generalAuthenticate(command, data);
      default:
        return answer(Status.unknownInstruction);
    }
  }

  #select(name: Buffer): Buffer {
    // a name may be given in part, from its beginning
    if (name.length < 5 || !PIV_AID.subarray(0, name.length).equals(name)) return answer(Status.notFound);
    this.#isSelected = true;
    this.#isVerified = false;
    return answer(Status.ok, applicationProperties());
  }

  #getData(data: Buffer): Buffer {
    const [wanted] = readTlvs(data);
    if (wanted?.tag !== 0x5c || wanted.value.length === 0 || wanted.value.length > 3) return answer(Status.wrongData);
    const object = this.#objects.get(wanted.value.readUIntBE(0, wanted.value.length));
    return object === undefined ? answer(Status.notFound) : answer(Status.ok, object);
  }

  #verify({ p1, p2 }: Command, data: Buffer): number {
    if (p2 !== REFERENCE.pin) return Status.referenceNotFound;
    if (p1 === 0xff) this.#isVerified = false; // logout
    if (p1 === 0xff || (this.#isVerified && data.length === 0)) return Status.ok;
    if (data.length === 0) return this.#pin.triesLeft === 0 ? Status.blocked : triesLeft(this.#pin.triesLeft);
    const status = this.#pin.verify(data);
    this.#isVerified = status === Status.ok;
    return status;
  }

  #changeReferenceData(reference: number, data: Buffer): number {
    const secret = { [REFERENCE.pin]: this.#pin, [REFERENCE.puk]: this.#puk }[reference];
    if (secret === undefined) return Status.referenceNotFound;
    if (data.length !== 16) return Status.wrongLength;
    const status = secret.verify(data.subarray(0, 8));
    return status === Status.ok ? secret.replace(data.subarray(8)) : status;
  }

  #resetRetryCounter(reference: number, data: Buffer): number {
    if (reference !== REFERENCE.pin) return Status.referenceNotFound;
    if (data.length !== 16) return Status.wrongLength;
    const status = this.#puk.verify(data.subarray(0, 8));
    this.#isVerified = false;
    return status === Status.ok ? this.#pin.replace(data.subarray(8)) : status;
  }

  /** The private key's raw operation: padding is the caller's, for signatures and decipherment alike. */
  #generalAuthenticate({ p1, p2 }: Command, data: Buffer): Buffer {
    const key = this.#keys.get(p2);
    if (key === undefined) return answer(Status.referenceNotFound);
    if (!this.#isVerified) return answer(Status.securityNotSatisfied);
    const [template] = readTlvs(data);
    const challenge = readTlvs(template?.tag === 0x7c ? template.value : Buffer.alloc(0)).find(
      ({ tag }) => tag === 0x81,
    );
    if (challenge === undefined) return answer(Status.wrongData);
    if (p1 !== ALGORITHM_RSA_2048 || challenge.value.length !== RSA_2048_BYTES) return answer(Status.wrongParameters);
    this.#keyUses += 1;
    const output = privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, challenge.value);
    return answer(Status.ok, tlv(0x7c, tlv(0x82, output)));
  }
}
