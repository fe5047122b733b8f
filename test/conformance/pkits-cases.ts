/**
 * What NIST's Public Key Interoperability Test Suite 1.0.1 (PKITS) asks of the certificate it calls a test's end entity.
 * The suite's file names carry most of it: `InvalidEESignatureTest3EE.crt` is test 3 of its section and must be refused.
 * This table adds what the names leave out.
 */

/** Sections of the suite's chapter 4 by what their file names speak of; the first that matches holds the test. */
export const SECTION_SUBJECTS: readonly (readonly [section: string, tests: number, subject: RegExp])[] = [
  ['4.16', 2, /CriticalCertificateExtension/],
  ['4.15', 10, /deltaCRL/],
  ['4.14', 35, /[dD]istributionPoint|onlyContains|onlySomeReasons|indirectCRL|cRLIssuer/],
  ['4.13', 38, /nameConstraints/],
  ['4.12', 10, /inhibitAnyPolicy/],
  ['4.11', 11, /inhibitPolicyMapping/],
  ['4.10', 14, /PolicyMapping|Mapping(From|To)anyPolicy/],
  ['4.9', 8, /requireExplicitPolicy/],
  ['4.8', 20, /Polic(y|ies)Test|Qualifier/],
  ['4.7', 5, /keyUsage/],
  ['4.6', 17, /basicConstraints|cAFalse|pathLen/],
  ['4.5', 8, /BasicSelfIssued/],
  ['4.4', 21, /CRL|Revoked|SerialNumber/],
  ['4.3', 11, /Name|RFC3280|UTF8String/],
  ['4.2', 8, /(notBefore|notAfter)Date/],
  ['4.1', 6, /Signature|Parameter|CertificatePath/],
];

/** The one end entity that two tests share: 4.1.1 and 4.8.1. */
export const SHARED_LEAF = 'ValidCertificatePathTest1';

/**
 * The procedures of a test that has other inputs than the default (any policy acceptable, nothing required, nothing
 * inhibited), several of them, or a file name that says no result. A procedure is written
 * `inputs -> result`: inputs are NIST test policies acceptable to the user (`{1,2}`, nothing for any) and the initial
 * indicators of RFC 5280 section 6.1.1 (`explicit`, `no-mapping`, `no-any`); the result is `refused` or the
 * user-constrained-policy-set of the accepted path (`*` is anyPolicy).
 */
export const PROCEDURES: Readonly<Record<string, readonly string[]>> = {
  // one policy all the way
  '4.8.1': ['explicit -> {1}', '{1} explicit -> {1}', '{2} explicit -> refused', '{1,2} explicit -> {1}'],
  // no policies at all: fine until somebody asks for one
  '4.8.2': ['-> {}', 'explicit -> refused'],
  '4.8.3': ['-> {}', 'explicit -> refused', '{1,2} explicit -> refused'],
  '4.8.4': ['-> refused'],
  '4.8.5': ['-> refused'],
  '4.8.6': ['-> {1}', '{1} -> {1}', '{2} -> refused'],
  '4.8.7': ['-> refused'],
  '4.8.8': ['-> refused'],
  '4.8.9': ['-> refused'],
  '4.8.10': ['-> {1,2}', '{1} -> {1}', '{2} -> {2}'],
  '4.8.11': ['-> {*}', '{1} -> {1}'],
  '4.8.12': ['-> refused'],
  '4.8.13': ['{1} -> {1}', '{2} -> {2}', '{3} -> {3}'],
  '4.8.14': ['{1} -> {1}', '{2} -> refused'],
  // qualifiers are shown to people and decide nothing
  '4.8.15': ['-> {1}'],
  '4.8.16': ['-> {1}'],
  '4.8.17': ['-> {1}'],
  '4.8.18': ['{1} -> {1}', '{2} -> {2}'],
  '4.8.19': ['-> {1}'],
  '4.8.20': ['{1} explicit -> {1}'],
  // a requirement that begins below the end entity binds nobody
  '4.9.1': ['-> {}'],
  '4.9.2': ['-> {}'],
  '4.9.6': ['-> {}'],
  '4.10.1': ['{1} -> {1}', '{2} -> refused', 'no-mapping -> refused'],
  '4.10.2': ['-> refused', 'no-mapping -> refused'],
  '4.10.3': ['{1} -> refused', '{2} -> {2}'],
  '4.10.5': ['{1} -> {1}', '{6} -> refused'],
  '4.10.6': ['{1} -> {1}', '{6} -> refused'],
  '4.10.12': ['{1} -> {1}', '{2} -> {2}'],
  '4.10.13': ['-> {1}', '{1,2} -> {1}', '{2} -> refused'],
  '4.11.4': ['-> {2}'],
  '4.12.3': ['-> {1}', 'no-any -> refused'],
};
