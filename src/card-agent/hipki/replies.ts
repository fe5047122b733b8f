import { isSignCertificate, parseCardCertificate } from '../certificates/card-certificate.ts';
import type { CardCertificate } from '../certificates/card-certificate.ts';
import type { CardFailure, Inventory, Slot, TokenCertificate } from '../card-reader.ts';
import { RetCode, lastErrorText, retCodeOf, retCodeText } from './codes.ts';

/** A reply as the popup posts it to the page; the fields beside the common ones depend on `func`. */
export type Reply = Readonly<Record<string, unknown>> & { readonly func: string; readonly ret_code: RetCode };

function common(func: string, serverVersion: string, retCode: RetCode, lastError: number) {
  return {
    func,
    ret_code: retCode,
    last_error: lastError,
    message: retCodeText(retCode),
    message2: lastErrorText(lastError),
    serverVersion,
  };
}

/** A refusal by the agent itself, before any card was asked. */
export function refusalReply(func: string, serverVersion: string, retCode: RetCode): Reply {
  return common(func, serverVersion, retCode, 0);
}

export function failureReply(func: string, serverVersion: string, failure: CardFailure): Reply {
  return common(func, serverVersion, retCodeOf(failure), failure.lastError);
}

export function signReply(
  serverVersion: string,
  parts: { readonly signature: Uint8Array; readonly certificate: Uint8Array; readonly cardNumber: string },
): Reply {
  return {
    ...common('sign', serverVersion, RetCode.ok, 0),
    signature: base64(parts.signature),
    certb64: base64(parts.certificate),
    cardSN: parts.cardNumber,
  };
}

export function inventoryReply(serverVersion: string, inventory: Inventory): Reply {
  const retCode = inventory.slots.length === 0 ? RetCode.noReader : RetCode.ok;
  return {
    ...common('pkcs11info', serverVersion, retCode, 0),
    libraryDescription: inventory.libraryDescription,
    libraryVersion: inventory.libraryVersion,
    slots: inventory.slots.map(slotEntry),
  };
}

/** `token` is an object for a usable card, missing for an empty reader, a string for anything else in the reader. */
function slotEntry({ slotDescription, token }: Slot) {
  if (token === 'absent') return { slotDescription };
  if (token === 'unknown' || token === 'foreign') return { slotDescription, token: 'unknown token' };
  const certs = token.certificates?.map(certificateEntry).filter(entry => entry !== undefined);
  return {
    slotDescription,
    token: { serialNumber: token.serialNumber, label: token.label, ...(certs === undefined ? {} : { certs }) },
  };
}

function certificateEntry({ label, der }: TokenCertificate) {
  const certificate = parseCardCertificate(der);
  if (certificate === undefined) return undefined;
  return {
    label: pageLabel(label, certificate),
    // root certificates without the extension have no such field
    ...(certificate.keyUsage === undefined ? {} : { usage: certificate.keyUsage.join('|') }),
    certb64: base64(der),
    sn: certificate.serialNumberHex,
    subjectDN: certificate.subjectText,
    issuerDN: certificate.issuerText,
    notBeforeT: Math.floor(certificate.notBefore.getTime() / 1000),
    notAfterT: Math.floor(certificate.notAfter.getTime() / 1000),
  };
}

const CITIZEN_CARD_LABELS = ['cert1', 'cert2', 'CACert', 'ROOTCACert', 'CA Cert', 'ROOT CA Cert'];

/** Pages look for the citizen card's labels; cards with labels of their own are presented by the certificate's role. */
function pageLabel(label: string, certificate: CardCertificate): string {
  if (CITIZEN_CARD_LABELS.includes(label)) return label;
  if (certificate.isCertificateAuthority) return certificate.isSelfIssued ? 'ROOTCACert' : 'CACert';
  return isSignCertificate(certificate) ? 'cert1' : 'cert2';
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
