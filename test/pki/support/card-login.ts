import { sign } from 'node:crypto';
import { chainOf, type AuthorityId } from '../../authority/authority.ts';
import type { IssuedCertificate } from '../../authority/certificate.ts';
import { issueCitizenCertificate, type Issuance } from '../../authority/end-entity.ts';
import { issueCitizenCard, type Card } from '../../authority/soft-card.ts';
import {
  judgeCardProof,
  type CardProof,
  type CardProofInput,
  type CardProofVerdict,
} from '../../../src/pki/card-proof.ts';
import { currentCrls, foundGovernment, type Government } from './government.ts';
import { TIME } from './mint.ts';

export const TBS = Buffer.from('v1.login.portal.example_443.c2FtcGxlLW5vbmNl.1780272000');
export const holder = { name: '示範王小明', serialNumber: '0000000123456789', idLastFour: '6789' };

/** A government, a card of its second generation, and a judge who is asked about one thing at a time. */
export interface CardLogin {
  readonly government: Government;
  readonly card: Required<Card>;
  /** Judges a proof over `TBS` with the CRLs from before anything was revoked, unless told otherwise. */
  judge(proof: CardProof, changes?: Partial<CardProofInput>): CardProofVerdict;
  /** A sign certificate for the card's key, with departures. */
  issue(issuance: Issuance, ca?: AuthorityId): Promise<IssuedCertificate>;
}

export async function prepareLogin(): Promise<CardLogin> {
  const government = await foundGovernment();
  const card = await issueCitizenCard(chainOf(government.authority, 'moica-g2'), holder);
  const crls = currentCrls(government);
  const policy = { require: 'every-certificate', graceMs: 0 } as const;
  const criteria = { tbs: TBS, trustStore: government.trustStore, crls, time: TIME, policy };
  return {
    government,
    card,
    judge: (proof, changes = {}) => judgeCardProof({ ...criteria, proof, ...changes }),
    issue: (issuance, ca = 'moica-g2') =>
      issueCitizenCertificate(government.authority.cas[ca], holder, 'sign', {
        keyPair: card.sign.keyPair,
        ...issuance,
      }),
  };
}

export function pkcs1(issued: IssuedCertificate, tbs: Uint8Array = TBS): CardProof {
  const signature = sign('sha256', tbs, issued.keyPair.privateKey);
  return { kind: 'pkcs1', signature, certificate: issued.certificate.der };
}
