import { element, sequence } from '../../authority/der.ts';
import {
  authorityKeyIdentifier,
  basicConstraints,
  extendedKeyUsage,
  keyUsage,
  subjectKeyIdentifier,
} from '../../authority/extensions.ts';
import { CLIENT_AUTH, drop, NOON, put } from '../chain-model.ts';
import { AFTER, BEFORE, breaksIf, needsLeafStatus, spoilSignature, unknown, type Mutation } from './mutation.ts';

const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const SECOND = 1000;

/** Dates, constraints, usages, extensions and signatures of certificates. */
export const CERTIFICATE_MUTATIONS = {
  'nothing changed': () => 'holds',

  'leaf expired': ({ leaf }) => ((leaf.notAfter = BEFORE), 'breaks'),
  'leaf not yet valid': ({ leaf }) => ((leaf.notBefore = AFTER), 'breaks'),
  'CA expired': ({ ca }) => ((ca.notAfter = BEFORE), 'breaks'),
  'CA not yet valid': ({ ca }) => ((ca.notBefore = AFTER), 'breaks'),
  'anchor expired': ({ anchor }) => ((anchor.notAfter = BEFORE), 'breaks'),
  'the first second': ({ leaf }) => ((leaf.notBefore = NOON), 'holds'),
  'a second before the first': ({ leaf }) => ((leaf.notBefore = new Date(NOON.getTime() + SECOND)), 'breaks'),
  'the last second': ({ leaf }) => ((leaf.notAfter = NOON), 'holds'),
  'a second after the last': ({ leaf }) => ((leaf.notAfter = new Date(NOON.getTime() - SECOND)), 'breaks'),

  'CA without basicConstraints': ({ ca }) => (drop(ca, '2.5.29.19'), 'breaks'),
  'CA with cA false': ({ ca }) => (put(ca, basicConstraints({ ca: false })), 'breaks'),
  'CA with basicConstraints not critical': ({ ca }) => (put(ca, basicConstraints({ ca: true }, false)), 'holds'),
  'anchor allows no CA below': ({ anchor }) => (put(anchor, basicConstraints({ ca: true, pathLength: 0 })), 'breaks'),
  'upper CA allows no CA below': ({ upper, ca }) => {
    put(upper, basicConstraints({ ca: true, pathLength: 0 }));
    return breaksIf(upper !== ca);
  },
  'CA allows no CA below': ({ ca }) => (put(ca, basicConstraints({ ca: true, pathLength: 0 })), 'holds'),
  'one CA too deep': ({ chain }) => ((chain.inputs.maxDepth = chain.parts.length - 3), 'breaks'),

  'CA that may not sign certificates': ({ ca }) => (put(ca, keyUsage(['cRLSign', 'digitalSignature'])), 'breaks'),
  'CA without key usage': ({ ca }) => (drop(ca, '2.5.29.15'), 'holds'),
  'CA that may not sign CRLs': subject => {
    put(subject.ca, keyUsage(['keyCertSign']));
    return breaksIf(needsLeafStatus(subject));
  },
  'leaf that may only encipher': ({ leaf, chain }) => {
    put(leaf, keyUsage(['keyEncipherment']));
    return breaksIf(chain.inputs.clientAuth);
  },
  'leaf without key usage': ({ leaf }) => (drop(leaf, '2.5.29.15'), 'holds'),

  'leaf for servers': ({ leaf, chain }) => {
    put(leaf, extendedKeyUsage([SERVER_AUTH]));
    return breaksIf(chain.inputs.clientAuth);
  },
  'CA for servers': ({ ca, chain }) => {
    put(ca, extendedKeyUsage([SERVER_AUTH]));
    return breaksIf(chain.inputs.clientAuth);
  },
  'CA for clients and servers': ({ ca }) => (put(ca, extendedKeyUsage([SERVER_AUTH, CLIENT_AUTH])), 'holds'),
  'leaf for any purpose': ({ leaf }) => (put(leaf, extendedKeyUsage(['2.5.29.37.0'])), 'holds'),

  'unknown extension in the leaf': ({ leaf }) => (put(leaf, unknown(false)), 'holds'),
  'unknown critical extension in the leaf': ({ leaf }) => (put(leaf, unknown(true)), 'breaks'),
  'unknown critical extension in a CA': ({ upper }) => (put(upper, unknown(true)), 'breaks'),
  'unknown critical extension in the anchor': ({ anchor }) => (put(anchor, unknown(true)), 'breaks'),
  'key usage twice': ({ leaf }) => (
    leaf.extensions.push(keyUsage(['digitalSignature']), keyUsage(['digitalSignature'])),
    'breaks'
  ),
  'unknown extension twice': ({ leaf }) => (leaf.extensions.push(unknown(false), unknown(false)), 'breaks'),
  'cA TRUE written as 01': ({ ca }) => {
    put(ca, { oid: '2.5.29.19', critical: true, value: sequence(element(0x01, Buffer.of(0x01))) });
    return 'breaks';
  },

  'signature of the leaf spoilt': ({ leaf }) => ((leaf.spoil = spoilSignature), 'breaks'),
  'signature of a CA spoilt': ({ upper }) => ((upper.spoil = spoilSignature), 'breaks'),
  'leaf signed by a stranger': ({ leaf, spare }) => ((leaf.signingKey = spare.stranger), 'breaks'),
  'leaf signed with SHA-1': ({ leaf }) => ((leaf.digest = 'sha1'), 'breaks'),
  'CA signed with SHA-1': ({ ca }) => ((ca.digest = 'sha1'), 'breaks'),
  'CA with a short key': subject => {
    const { ca, leaf, caList, spare } = subject;
    Object.assign(ca, { key: spare.short, subjectPublicKeyInfo: spare.short.subjectPublicKeyInfo });
    put(ca, subjectKeyIdentifier(spare.short.keyIdentifier));
    put(leaf, authorityKeyIdentifier(spare.short.keyIdentifier));
    leaf.signingKey = caList.signingKey = spare.short;
    put(caList, authorityKeyIdentifier(spare.short.keyIdentifier));
    return 'breaks';
  },
} satisfies Record<string, Mutation>;
