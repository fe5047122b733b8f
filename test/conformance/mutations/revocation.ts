import { sequence, tagged, taggedPrimitive } from '../../authority/der.ts';
import { randomSerialNumber } from '../../authority/certificate.ts';
import type { Extension } from '../../authority/extensions.ts';
import { emptyList, NOON, partName, put, type Chain, type List, type Part } from '../chain-model.ts';
import {
  AFTER,
  BEFORE,
  breaksIf,
  needsCaStatus,
  needsLeafStatus,
  spoilSignature,
  unknown,
  type Mutation,
} from './mutation.ts';

/** A CRL scope (RFC 5280 section 5.2.5), critical. */
function scope(...fields: readonly Buffer[]): Extension {
  return { oid: '2.5.29.28', critical: true, value: sequence(...fields) };
}
const address = (text: string) => tagged(0, tagged(0, taggedPrimitive(6, Buffer.from(text))));
const only = (field: number) => taggedPrimitive(field, Buffer.of(0xff));
const pointTo = (text: string): Extension => ({
  oid: '2.5.29.31',
  critical: false,
  value: sequence(sequence(address(text))),
});

/** What CRLs say, and whether they may say it. */
export const REVOCATION_MUTATIONS = {
  'leaf revoked': subject => (revoke(subject.caList, subject.leaf), breaksIf(needsLeafStatus(subject))),
  'leaf on hold': subject => (
    revoke(subject.caList, subject.leaf, 'certificateHold'),
    breaksIf(needsLeafStatus(subject))
  ),
  'leaf listed as removed, in a complete CRL': subject => (
    revoke(subject.caList, subject.leaf, 'removeFromCRL'),
    breaksIf(needsLeafStatus(subject))
  ),
  'leaf revoked among others, twice': subject => {
    const { caList, leaf, random } = subject;
    const others = Array.from({ length: 50 }, () => ({ serialNumber: randomSerialNumber(), revokedAt: BEFORE }));
    const listed = { serialNumber: leaf.serialNumber, revokedAt: BEFORE };
    caList.entries.push(...random.shuffled([...others, listed, listed]));
    return breaksIf(needsLeafStatus(subject));
  },
  'others revoked': subject => {
    subject.caList.entries.push({ serialNumber: randomSerialNumber(), revokedAt: BEFORE });
    return 'holds';
  },
  'CA revoked': subject => (revoke(subject.anchorList, subject.upper), breaksIf(needsCaStatus(subject))),
  'CRL of the CA missing': subject => (remove(subject.chain, subject.caList), breaksIf(needsLeafStatus(subject))),
  'CRL of the anchor missing': subject => (remove(subject.chain, subject.anchorList), breaksIf(needsCaStatus(subject))),
  'CRL expired': subject => ((subject.caList.nextUpdate = BEFORE), breaksIf(needsLeafStatus(subject))),
  'CRL in its last second': ({ caList }) => ((caList.nextUpdate = NOON), 'holds'),
  'CRL not yet valid': subject => (
    Object.assign(subject.caList, { thisUpdate: AFTER, nextUpdate: new Date('2026-08-01T00:00:00Z') }),
    breaksIf(needsLeafStatus(subject))
  ),
  'CRL without nextUpdate': subject => ((subject.caList.nextUpdate = null), breaksIf(needsLeafStatus(subject))),
  'CRL signature spoilt': subject => ((subject.caList.spoil = spoilSignature), breaksIf(needsLeafStatus(subject))),
  'CRL signed by a stranger': subject => (
    (subject.caList.signingKey = subject.spare.stranger),
    breaksIf(needsLeafStatus(subject))
  ),
  'CRL of another issuer': subject => (
    (subject.caList.issuer = partName('Another')),
    breaksIf(needsLeafStatus(subject))
  ),
  'unknown critical extension in the CRL': subject => (
    put(subject.caList, unknown(true)),
    breaksIf(needsLeafStatus(subject))
  ),
  'unknown critical extension in an entry': subject => {
    subject.caList.entries.push({ serialNumber: randomSerialNumber(), revokedAt: BEFORE, extensions: [unknown(true)] });
    return breaksIf(needsLeafStatus(subject));
  },
  'an expired CRL beside a current one that revokes': subject => {
    const { chain, ca, caList, leaf } = subject;
    chain.lists.push({ ...emptyList(ca), thisUpdate: new Date('2026-04-01T00:00:00Z'), nextUpdate: BEFORE });
    revoke(caList, leaf);
    return breaksIf(needsLeafStatus(subject));
  },
  'CRL for users': subject => (put(subject.caList, scope(only(1))), 'holds'),
  'CRL for CAs only': subject => (put(subject.caList, scope(only(2))), breaksIf(needsLeafStatus(subject))),
  'CRL for attribute certificates': subject => (
    put(subject.caList, scope(only(5))),
    breaksIf(needsLeafStatus(subject))
  ),
  'CRL of the partition that the leaf names': ({ caList, leaf }) => {
    put(caList, scope(address('http://crl.example.tw/1')));
    put(leaf, pointTo('http://crl.example.tw/1'));
    return 'holds';
  },
  'CRL of another partition': subject => {
    put(subject.caList, scope(address('http://crl.example.tw/2')));
    put(subject.leaf, pointTo('http://crl.example.tw/1'));
    return breaksIf(needsLeafStatus(subject));
  },
} satisfies Record<string, Mutation>;

function revoke(list: List, { serialNumber }: Part, reason?: 'certificateHold' | 'removeFromCRL'): void {
  list.entries.push({ serialNumber, revokedAt: BEFORE, ...(reason === undefined ? {} : { reason }) });
}

function remove(chain: Chain, list: List): void {
  chain.lists = chain.lists.filter(each => each !== list);
}
