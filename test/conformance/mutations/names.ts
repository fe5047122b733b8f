import { objectIdentifier, printableString, sequence, setOf, utf8String } from '../../authority/der.ts';
import { randomSerialNumber } from '../../authority/certificate.ts';
import { authorityKeyIdentifier, subjectKeyIdentifier, type Extension } from '../../authority/extensions.ts';
import { altNames, drop, generalName, nameConstraints, partName, put, type Part } from '../chain-model.ts';
import { BEFORE, type Mutation, type Subject } from './mutation.ts';

/** A name whose common name is written in another way. */
function written(commonName: Buffer): Buffer {
  const attribute = (oid: string, value: Buffer) => setOf(sequence(objectIdentifier(oid), value));
  return sequence(attribute('2.5.4.6', printableString('TW')), attribute('2.5.4.3', commonName));
}

function rename({ ca, caList, leaf }: Subject, subject: Buffer, asIssuer: Buffer): void {
  ca.subject = subject;
  caList.issuer = subject;
  leaf.issuer = asIssuer;
}

function constrain(part: Part, leaf: Part, constraint: Extension, ...names: readonly Buffer[]): void {
  put(part, constraint);
  if (names.length > 0) put(leaf, altNames(...names));
}

/** A certificate of the same name as the leaf's CA with another key. */
function lookAlike({ ca, spare }: Subject): Part {
  const copy: Part = { ...ca, key: spare.stranger, subjectPublicKeyInfo: spare.stranger.subjectPublicKeyInfo };
  put(copy, subjectKeyIdentifier(spare.stranger.keyIdentifier));
  copy.serialNumber = randomSerialNumber();
  return copy;
}

/** Names, name constraints, and certificates of one name. */
export const NAME_MUTATIONS = {
  'DNS name permitted': ({ ca, leaf }) => (
    constrain(ca, leaf, nameConstraints([generalName.dns('gov.tw')]), generalName.dns('a.gov.tw')),
    'holds'
  ),
  'DNS name not permitted': ({ ca, leaf }) => (
    constrain(ca, leaf, nameConstraints([generalName.dns('gov.tw')]), generalName.dns('a.com.tw')),
    'breaks'
  ),
  'one of two DNS names not permitted': ({ upper, leaf }) => (
    constrain(
      upper,
      leaf,
      nameConstraints([generalName.dns('gov.tw')]),
      generalName.dns('gov.tw'),
      generalName.dns('xgov.tw'),
    ),
    'breaks'
  ),
  'DNS name excluded': ({ ca, leaf }) => (
    constrain(ca, leaf, nameConstraints([], [generalName.dns('gov.tw')]), generalName.dns('a.gov.tw')),
    'breaks'
  ),
  'DNS name excluded by the anchor': ({ anchor, leaf }) => (
    constrain(anchor, leaf, nameConstraints([], [generalName.dns('gov.tw')]), generalName.dns('gov.tw')),
    'breaks'
  ),
  'mail address not permitted': ({ ca, leaf }) => (
    constrain(ca, leaf, nameConstraints([generalName.mail('gov.tw')]), generalName.mail('a@b.gov.tw')),
    'breaks'
  ),
  'mail address permitted': ({ ca, leaf }) => (
    constrain(ca, leaf, nameConstraints([generalName.mail('.gov.tw')]), generalName.mail('a@b.gov.tw')),
    'holds'
  ),
  'address permitted': ({ ca, leaf }) => (
    constrain(
      ca,
      leaf,
      nameConstraints([generalName.address(10, 0, 0, 0, 255, 0, 0, 0)]),
      generalName.address(10, 1, 2, 3),
    ),
    'holds'
  ),
  'address not permitted': ({ ca, leaf }) => (
    constrain(
      ca,
      leaf,
      nameConstraints([generalName.address(10, 0, 0, 0, 255, 0, 0, 0)]),
      generalName.address(11, 1, 2, 3),
    ),
    'breaks'
  ),
  'URI not permitted': ({ ca, leaf }) => (
    constrain(ca, leaf, nameConstraints([generalName.uri('.gov.tw')]), generalName.uri('https://gov.tw/a')),
    'breaks'
  ),
  'subject permitted': ({ ca, leaf }) => (
    constrain(
      ca,
      leaf,
      nameConstraints([
        generalName.directory(sequence(setOf(sequence(objectIdentifier('2.5.4.6'), printableString('tw'))))),
      ]),
    ),
    'holds'
  ),
  'subject not permitted': ({ ca, leaf }) => (
    constrain(ca, leaf, nameConstraints([generalName.directory(partName('示範'))])),
    'breaks'
  ),
  'subject excluded': ({ ca, leaf }) => (
    constrain(ca, leaf, nameConstraints([], [generalName.directory(partName('示範持卡人'))])),
    'breaks'
  ),

  'a look-alike of the CA lies about': subject => (subject.chain.strays.push(lookAlike(subject)), 'holds'),
  'a look-alike, and no identifiers': subject => {
    subject.chain.strays.push(lookAlike(subject));
    for (const part of [...subject.chain.parts, ...subject.chain.strays]) {
      drop(part, '2.5.29.14');
      drop(part, '2.5.29.35');
    }
    return 'holds';
  },
  'a look-alike in the place of the CA': subject => {
    const { chain, ca } = subject;
    chain.parts[chain.parts.indexOf(ca)] = lookAlike(subject);
    return 'breaks';
  },
  'the CA is cross-signed by a stranger': ({ chain, ca, spare }) => {
    const cross: Part = {
      ...ca,
      issuer: partName('Stranger'),
      signingKey: spare.stranger,
      serialNumber: randomSerialNumber(),
    };
    put(cross, authorityKeyIdentifier(spare.stranger.keyIdentifier));
    chain.strays.push(cross);
    return 'holds';
  },
  'the CA is only cross-signed by a stranger': ({ ca, spare }) => {
    Object.assign(ca, { issuer: partName('Stranger'), signingKey: spare.stranger });
    put(ca, authorityKeyIdentifier(spare.stranger.keyIdentifier));
    return 'breaks';
  },
  'an expired copy of the CA lies about': ({ chain, ca }) => {
    chain.strays.push({ ...ca, notAfter: BEFORE, serialNumber: randomSerialNumber() });
    return 'holds';
  },
  'leaf names another key of its issuer': ({ leaf, spare }) => (
    put(leaf, authorityKeyIdentifier(spare.stranger.keyIdentifier)),
    'holds'
  ),
  'leaf names another issuer': ({ leaf }) => ((leaf.issuer = partName('Another')), 'breaks'),

  'issuer in other case and spacing': subject => (
    rename(subject, written(utf8String('Demo CA')), written(utf8String('  dEMO   ca '))),
    'holds'
  ),
  'issuer as another string type': subject => (
    rename(subject, written(utf8String('Demo CA')), written(printableString('Demo CA'))),
    'holds'
  ),
  'issuer in composed and decomposed form': subject => (
    rename(subject, written(utf8String('D\u00e9mo')), written(utf8String('De\u0301mo'))),
    'holds'
  ),
} satisfies Record<string, Mutation>;
