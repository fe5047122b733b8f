import type { CardQueue } from '../card-queue.ts';
import type { CardReader } from '../card-reader.ts';
import { parseCardCertificate } from '../certificates/card-certificate.ts';
import { encodeSignedAttributes, encodeSignedData } from '../certificates/signed-data.ts';
import { RetCode } from './codes.ts';
import { isGatewayChallenge, mayBeSigned } from './gateway-challenge.ts';
import type { PageOrigin } from './page-origin.ts';
import { failureReply, inventoryReply, refusalReply, signReply } from './replies.ts';
import type { Reply } from './replies.ts';
import { parseSignRequest } from './sign-request.ts';
import type { SignRequest } from './sign-request.ts';

/** The two operations of the local signer, from the page's JSON to the reply. */
export class CardOperations {
  readonly #reader: CardReader;
  readonly #queue: CardQueue;
  readonly #serverVersion: string;
  readonly #reportFault: (detail: string) => void;

  constructor(parts: {
    readonly reader: CardReader;
    readonly queue: CardQueue;
    readonly serverVersion: string;
    /** told what the person who runs the agent should know; never request data */
    readonly reportFault: (detail: string) => void;
  }) {
    this.#reader = parts.reader;
    this.#queue = parts.queue;
    this.#serverVersion = parts.serverVersion;
    this.#reportFault = parts.reportFault;
  }

  refuse(func: string, retCode: RetCode): Reply {
    return refusalReply(func, this.#serverVersion, retCode);
  }

  async inventory(withCertificates: boolean, callerGone: AbortSignal): Promise<Reply> {
    const outcome = await this.#queue.run(() => this.#reader.inventory({ withCertificates }), callerGone);
    if (outcome.ok) return inventoryReply(this.#serverVersion, outcome.value);
    if (outcome.failure.detail !== undefined) this.#reportFault(outcome.failure.detail);
    return failureReply('pkcs11info', this.#serverVersion, outcome.failure);
  }

  /**
   * Parses, judges whether `origin` may have this text signed, and only then lets the card work.
   *
   * @param json the value of `tbsPackage`, as the page wrote it
   */
  async sign(json: string, origin: PageOrigin, now: Date, callerGone: AbortSignal): Promise<Reply> {
    const parsed = parseSignRequest(json);
    if (!parsed.ok) return this.refuse('sign', parsed.retCode);
    const { request } = parsed;
    try {
      if (!mayBeSigned(request.tbs, origin)) return this.refuse('sign', RetCode.forbiddenDomain);
      return await this.#signWithCard(request, now, callerGone);
    } finally {
      request.pin.fill(0);
    }
  }

  async #signWithCard(request: SignRequest, now: Date, callerGone: AbortSignal): Promise<Reply> {
    const { tbs, hashAlgorithm, pin, slotDescription, keyId } = request;
    const asCms = request.signatureType === 'PKCS7';
    const data = asCms
      ? encodeSignedAttributes(tbs, hashAlgorithm, request.withSigningTime ? now : undefined)
      : request.tbs;
    const order = {
      pin,
      data,
      hashAlgorithm,
      at: now,
      checkValidity: request.checkValidity,
      citizenCardOnly: isGatewayChallenge(tbs),
      ...(slotDescription === undefined ? {} : { slotDescription }),
      ...(keyId === undefined ? {} : { keyId }),
    };
    const outcome = await this.#queue.run(() => this.#reader.sign(order), callerGone);
    if (!outcome.ok) {
      if (outcome.failure.detail !== undefined) this.#reportFault(outcome.failure.detail);
      return failureReply('sign', this.#serverVersion, outcome.failure);
    }
    if (!asCms) return signReply(this.#serverVersion, outcome.value);
    const certificate = parseCardCertificate(outcome.value.certificate);
    if (certificate === undefined) return this.refuse('sign', RetCode.cardInfoFailed);
    const signature = encodeSignedData({
      content: tbs,
      signedAttributes: data,
      hashAlgorithm,
      certificate,
      signature: outcome.value.signature,
    });
    return signReply(this.#serverVersion, { ...outcome.value, signature });
  }
}
