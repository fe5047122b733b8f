/** Object identifiers that the rules name; each list says where they are defined. */

/** Certificate and CRL extensions (RFC 5280 sections 4.2 and 5.2, 5.3). */
export const EXTENSION = {
  subjectDirectoryAttributes: '2.5.29.9',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  issuerAltName: '2.5.29.18',
  basicConstraints: '2.5.29.19',
  crlNumber: '2.5.29.20',
  reasonCode: '2.5.29.21',
  invalidityDate: '2.5.29.24',
  deltaCrlIndicator: '2.5.29.27',
  issuingDistributionPoint: '2.5.29.28',
  certificateIssuer: '2.5.29.29',
  nameConstraints: '2.5.29.30',
  crlDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  policyMappings: '2.5.29.33',
  authorityKeyIdentifier: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  extendedKeyUsage: '2.5.29.37',
  freshestCrl: '2.5.29.46',
  inhibitAnyPolicy: '2.5.29.54',
  authorityInformationAccess: '1.3.6.1.5.5.7.1.1',
} as const;

/** RFC 5280 section 4.2.1.4. */
export const ANY_POLICY = '2.5.29.32.0';

/** RFC 5280 section 4.2.1.12. */
export const ANY_EXTENDED_KEY_USAGE = '2.5.29.37.0';

/** Access methods (RFC 5280 section 4.2.2.1). */
export const ACCESS_METHOD = { ocsp: '1.3.6.1.5.5.7.48.1', caIssuers: '1.3.6.1.5.5.7.48.2' } as const;

/** OCSP (RFC 6960 sections 4.2.1, 4.2.2.2 and 4.4). */
export const OCSP = {
  signingPurpose: '1.3.6.1.5.5.7.3.9',
  basicResponse: '1.3.6.1.5.5.7.48.1.1',
  nonce: '1.3.6.1.5.5.7.48.1.2',
  noCheck: '1.3.6.1.5.5.7.48.1.5',
} as const;

/** Attribute types of names (X.520; emailAddress: PKCS #9). */
export const ATTRIBUTE = {
  commonName: '2.5.4.3',
  serialNumber: '2.5.4.5',
  countryName: '2.5.4.6',
  organizationName: '2.5.4.10',
  organizationalUnitName: '2.5.4.11',
  emailAddress: '1.2.840.113549.1.9.1',
} as const;

/** Public keys and signatures (RFC 4055, RFC 5480, RFC 5758, RFC 3279). */
export const ALGORITHM = {
  rsaEncryption: '1.2.840.113549.1.1.1',
  sha1WithRsa: '1.2.840.113549.1.1.5',
  mgf1: '1.2.840.113549.1.1.8',
  rsassaPss: '1.2.840.113549.1.1.10',
  sha256WithRsa: '1.2.840.113549.1.1.11',
  sha384WithRsa: '1.2.840.113549.1.1.12',
  sha512WithRsa: '1.2.840.113549.1.1.13',
  ecPublicKey: '1.2.840.10045.2.1',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  ecdsaWithSha384: '1.2.840.10045.4.3.3',
  ecdsaWithSha512: '1.2.840.10045.4.3.4',
  prime256v1: '1.2.840.10045.3.1.7',
  secp384r1: '1.3.132.0.34',
  secp521r1: '1.3.132.0.35',
  dsa: '1.2.840.10040.4.1',
  dsaWithSha1: '1.2.840.10040.4.3',
} as const;

/** Hash algorithms (NIST). SHA-1 is listed only so that old vectors can be judged. */
export const DIGEST = {
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
} as const;

/** CMS content types and attributes (RFC 5652 sections 4, 5 and 11). */
export const CMS = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
} as const;

/** Taiwan's government PKI: assurance levels and subject directory attributes. */
export const GPKI = {
  assuranceTest: '2.16.886.101.0.3.0',
  assuranceLevel3: '2.16.886.101.0.3.3',
  holderType: '2.16.886.1.100.2.1',
  holderTypeCitizen: '2.16.886.1.100.3.1.1',
  idLastFour: '2.16.886.1.100.2.51',
} as const;
