import { Integer, OctetString } from 'asn1js';
import {
  AlgorithmIdentifier,
  Certificate,
  ContentInfo,
  EncapsulatedContentInfo,
  IssuerAndSerialNumber,
  SignedData,
  SignerInfo,
} from 'pkijs';
import type { CardProof } from '../card-proof.ts';
import { ALGORITHM, CMS, DIGEST } from '../object-identifiers.ts';

/**
 * The proof of a judged card as one CMS SignedData with its content attached, to be kept with a record: `openssl cms
 * -verify` accepts it years later. A plain RSA signature is wrapped without signed attributes, which RFC 5652 section 5.4
 * defines as a signature over the content itself.
 *
 * @param proof   one that has been judged good over `content`
 * @returns DER
 */
export function keepSignedData(proof: CardProof, content: Uint8Array): Uint8Array {
  const signedData =
    proof.kind === 'cms' ? openSignedData(proof.signedData) : wrapSignature(proof.certificate, proof.signature);
  signedData.encapContentInfo = new EncapsulatedContentInfo({ eContentType: CMS.data });
  // Given to the constructor, it would be cut into pieces (BER); ours is DER.
  signedData.encapContentInfo.eContent = new OctetString({ valueHex: toBuffer(content) });
  const contentInfo = new ContentInfo({ contentType: CMS.signedData, content: signedData.toSchema(true) });
  return new Uint8Array(contentInfo.toSchema().toBER());
}

function openSignedData(der: Uint8Array): SignedData {
  return new SignedData({ schema: ContentInfo.fromBER(toBuffer(der)).content });
}

function wrapSignature(certificateDer: Uint8Array, signature: Uint8Array): SignedData {
  const certificate = Certificate.fromBER(toBuffer(certificateDer));
  const sha256 = new AlgorithmIdentifier({ algorithmId: DIGEST.sha256 });
  return new SignedData({
    version: 1,
    digestAlgorithms: [sha256],
    certificates: [certificate],
    signerInfos: [
      new SignerInfo({
        version: 1,
        sid: new IssuerAndSerialNumber({
          issuer: certificate.issuer,
          serialNumber: new Integer({ valueHex: certificate.serialNumber.valueBlock.valueHexView.slice().buffer }),
        }),
        digestAlgorithm: sha256,
        signatureAlgorithm: new AlgorithmIdentifier({ algorithmId: ALGORITHM.rsaEncryption }),
        signature: new OctetString({ valueHex: toBuffer(signature) }),
      }),
    ],
  });
}

function toBuffer(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
