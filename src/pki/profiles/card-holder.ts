/** What a citizen certificate says about its holder, after the certificate has been judged. All plain values: fit for records. */
export interface CardHolderFacts {
  /** Common name, Unicode NFC. Not unique. */
  readonly name: string;
  /** The 16 digits of the subject's serialNumber, as text. */
  readonly subjectSerialNumber: string;
  /** The same, as hex of the exact bytes in the certificate. */
  readonly subjectSerialNumberHex: string;
  /** Last four characters of the national identity number; newer cards may not carry them. */
  readonly idLastFour: string | undefined;
  /** Key identifier of the CA key that the certificate was verified with, hex: names the CA generation. */
  readonly issuerKeyIdentifier: string;
  /** SHA-256 of the SubjectPublicKeyInfo, hex: names the card's key. */
  readonly spkiSha256: string;
  /** SHA-256 of the certificate's DER, hex. */
  readonly certificateSha256: string;
  readonly certificateDer: Uint8Array;
  /** The certificate's own serial number, hex of the content octets. */
  readonly certificateSerialNumber: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}
