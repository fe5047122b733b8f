import { verify, X509Certificate } from 'node:crypto';
import * as pkijs from 'pkijs';
import { issueCrl } from '../../../test/authority/crl.ts';
import { judgeCardProof } from '../../../src/pki/card-proof.ts';
import { parseCrl } from '../../../src/pki/revocation/crl.ts';
import { verifyCrl, type TrustedCrl } from '../../../src/pki/revocation/trusted-crl.ts';
import { cpuMicroseconds } from '../measure.ts';
import type { Row } from '../row.ts';
import type { World } from './world.ts';

const RAW = 'two RSA verifications';
const PKIJS = "pkijs' engine";

/** What a login costs once CRLs are loaded: certificate read, path, policy, signature and revocation judged. */
export async function benchCardLogin(world: World): Promise<readonly Row[]> {
  const { authority, trustStore, tbs, proof } = world;
  const ids = ['grca-g2', 'moica-g2'] as const;
  const thisUpdate = new Date(Date.now() - 60_000);
  const ders = ids.map(id => issueCrl(authority.cas[id], { thisUpdate }));
  const crls = ders.map((der, index) => trusted(der, world, index));
  const policy = { require: 'every-certificate', graceMs: 0 } as const;

  const ours = (): void => {
    const verdict = judgeCardProof({ trustStore, crls, time: new Date(), policy, tbs, proof });
    if (!verdict.ok) throw new Error(verdict.failure.code);
  };

  const cardKey = new X509Certificate(proof.certificate).publicKey;
  const issuerKey = new X509Certificate(authority.cas['moica-g2'].certificate.der).publicKey;
  const read = pkijs.Certificate.fromBER(new Uint8Array(proof.certificate));
  const signed = Buffer.from(read.tbsView);
  const certificateSignature = Buffer.from(read.signatureValue.valueBlock.valueHexView);
  const raw = (): void => {
    const isRight = verify('sha256', tbs, cardKey, proof.signature);
    if (!isRight || !verify('sha256', signed, issuerKey, certificateSignature))
      throw new Error('A signature is wrong.');
  };

  const [root, issuer] = ids.map(id => pkijs.Certificate.fromBER(new Uint8Array(authority.cas[id].certificate.der)));
  if (root === undefined || issuer === undefined) throw new Error('The authority has no such certificates.');
  const theirCrls = ders.map(der => pkijs.CertificateRevocationList.fromBER(new Uint8Array(der)));
  const engine = async (): Promise<void> => {
    const leaf = pkijs.Certificate.fromBER(new Uint8Array(proof.certificate));
    const chain = new pkijs.CertificateChainValidationEngine({
      trustedCerts: [root],
      certs: [issuer, leaf],
      crls: theirCrls,
      checkDate: new Date(),
    });
    const { result, resultMessage } = await chain.verify();
    if (!result) throw new Error(resultMessage);
    if (!verify('sha256', tbs, cardKey, proof.signature)) throw new Error('The signature is wrong.');
  };

  const figures = await cpuMicroseconds({ ours, raw, engine });
  return [
    {
      name: 'CPU per card login judged',
      unit: 'µs',
      ours: figures.ours,
      peers: { [RAW]: figures.raw, [PKIJS]: figures.engine },
      target: { kind: 'ratio', peer: RAW, atMost: 6 },
    },
  ];
}

function trusted(der: Uint8Array, { authority, trustStore }: World, index: number): TrustedCrl {
  const id = index === 0 ? 'grca-g2' : 'moica-g2';
  const signer = trustStore.findBySki(authority.cas[id].keyPair.keyIdentifier.toString('hex'));
  const parsed = parseCrl(der);
  if (!parsed.ok || signer === undefined) throw new Error('The CRL cannot be read.');
  const verdict = verifyCrl(parsed.crl, signer);
  if (!verdict.ok) throw new Error(verdict.failure.code);
  return verdict.crl;
}
