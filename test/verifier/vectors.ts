import { createHmac, createPublicKey, generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';
import type { AssertionRejection, JsonWebKeySet } from '../../src/verifier/verifier.ts';

export const ISSUER = 'https://portal.gateway.test';
export const AUDIENCE = 'https://company.gateway.test';
export const NOW_S = 1_800_000_000;

export const OWN = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
export const FOREIGN = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const P384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;

export function jwkOf(key: KeyObject, kid: string, changes: object = {}): Record<string, unknown> {
  return { ...createPublicKey(key).export({ format: 'jwk' }), kid, use: 'sig', alg: 'ES256', ...changes };
}

/** A key whose x begins with a zero octet: one of 256 does. */
const ZERO_FIRST = (() => {
  for (;;) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    if (xOf(privateKey)[0] === 0) return privateKey;
  }
})();

function xOf(key: KeyObject): Buffer {
  return Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x ?? '', 'base64url');
}

/** The portal's key, among others that must not be taken for it. */
export const JWKS: JsonWebKeySet = {
  keys: [
    jwkOf(OWN, 'encryption', { use: 'enc' }),
    jwkOf(OWN, 'other-algorithm', { alg: 'ES384' }),
    { kty: 'oct', k: 'AAAA', kid: 'shared' },
    jwkOf(OWN, 'off-the-curve', { x: 'A'.repeat(43) }),
    jwkOf(OWN, 'short', { x: 'AAAA' }),
    // RFC 7518 section 6.2.1.2: a coordinate has as many octets as its curve, 32.
    jwkOf(OWN, 'an octet too many', { x: Buffer.concat([Buffer.alloc(1), xOf(OWN)]).toString('base64url') }),
    jwkOf(ZERO_FIRST, 'an octet too few', { x: xOf(ZERO_FIRST).subarray(1).toString('base64url') }),
    jwkOf(ZERO_FIRST, 'zero-first'),
    jwkOf(OWN, 'other-curve', { crv: 'secp256k1' }),
    jwkOf(OWN, 'other-type', { kty: 'OKP' }),
    jwkOf(P384, 'p384'),
    jwkOf(OWN, 'own'),
    jwkOf(FOREIGN, 'own'),
  ],
};

export const CLAIMS = {
  iss: ISSUER,
  aud: AUDIENCE,
  sub: randomUUID(),
  iat: NOW_S,
  exp: NOW_S + 60,
  jti: randomUUID(),
  sid: randomUUID(),
  name: '示範承辦員',
  org: 'demo-county',
  unit: null,
  roles: ['case-handler'],
  amr: ['sc', 'pin'],
  acr: 'card',
  auth_time: NOW_S - 100,
  cnf: { 'x5t#S256': 'A'.repeat(43) },
};
export const HEADER = { alg: 'ES256', typ: 'gateway-assertion+jwt', kid: 'own' };

/** Base64url of bytes, of text as it is, or of a value as JSON. */
function encode(value: unknown): string {
  if (Buffer.isBuffer(value)) return value.toString('base64url');
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
}

export function signed(header: unknown, claims: unknown, key: KeyObject = OWN): string {
  const input = `${encode(header)}.${encode(claims)}`;
  const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

/** An assertion and what every verifier says of it at {@link NOW_S}, with five seconds of tolerance and {@link JWKS}. */
export interface Vector {
  readonly id: string;
  readonly assertion: string;
  readonly verdict: 'believed' | AssertionRejection;
}

const withClaims = (
  verdict: Vector['verdict'],
  rows: readonly (readonly [string, Record<string, unknown>])[],
): readonly Vector[] =>
  rows.map(([id, changes]) => ({ id, verdict, assertion: signed(HEADER, { ...CLAIMS, ...changes }) }));

const withHeader = (
  verdict: Vector['verdict'],
  rows: readonly (readonly [string, Record<string, unknown>])[],
): readonly Vector[] =>
  rows.map(([id, changes]) => ({ id, verdict, assertion: signed({ ...HEADER, ...changes }, CLAIMS) }));

const asBytes = (verdict: Vector['verdict'], rows: readonly (readonly [string, string])[]): readonly Vector[] =>
  rows.map(([id, assertion]) => ({ id, verdict, assertion }));

const good = signed(HEADER, CLAIMS);
const [header = '', payload = '', signature = ''] = good.split('.');

function hmac(protectedHeader: object): string {
  const publicPem = createPublicKey(OWN).export({ type: 'spki', format: 'pem' }).toString();
  const input = `${encode(protectedHeader)}.${encode(CLAIMS)}`;
  return `${input}.${createHmac('sha256', publicPem).update(input).digest('base64url')}`;
}

function flipped(): string {
  const bytes = Buffer.from(signature, 'base64url');
  bytes[40] = (bytes[40] ?? 0) ^ 1;
  return bytes.toString('base64url');
}

/** JSON of a value with members before or behind its own, so that some are there twice. */
function doubled(value: object, before: string, behind: string): string {
  return `{${before}${JSON.stringify(value).slice(1, -1)}${behind}}`;
}

/** A good assertion without the zero that its signature's second half begins with: one of 256 has one. */
function shortened(): string {
  for (;;) {
    const assertion = signed(HEADER, CLAIMS);
    const bytes = Buffer.from(assertion.slice(assertion.lastIndexOf('.') + 1), 'base64url');
    if (bytes[32] !== 0) continue;
    return `${header}.${payload}.${encode(Buffer.concat([bytes.subarray(0, 32), bytes.subarray(33)]))}`;
  }
}

/** Of the order of P-256, which no half of a signature may reach (FIPS 186-5 section 6.4.2). */
const ORDER = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');
const DEEP = `${'['.repeat(3000)}${']'.repeat(3000)}`;

/** Headers that the languages' own JSON differs about; none is one of the gateway's, so they refuse each for one of two reasons. */
export const DISPUTED_HEADERS: readonly string[] = [
  '['.repeat(70) + ']'.repeat(70),
  '9'.repeat(5_000),
  '{"\\u0000a":1}',
].map(value => `${JSON.stringify(HEADER).slice(0, -1)},"later":${value}}`);

/** Good assertions and every bad twin that has been thought of; made anew, with new keys, in each run. */
export const VECTORS: readonly Vector[] = [
  ...withClaims('believed', [
    ['good', {}],
    ['with a unit', { unit: 'commerce' }],
    ['with purpose and case', { purpose: 'audit', case: 'A-1' }],
    ['one-day password, no card', { acr: 'one-day-password', amr: ['pwd', 'day'], cnf: undefined }],
    ['a machine', { acr: 'system', amr: ['mtls'], cnf: undefined }],
    ['a claim of a later version', { later: { deep: [true, false, null, -1.5e-3, '"\\/\b\f\n\r\t\u0001'] } }],
    ['its last second and the tolerance', { iat: NOW_S - 64, exp: NOW_S - 4 }],
    ['a clock ahead within the tolerance', { iat: NOW_S + 5, exp: NOW_S + 65 }],
    ['a name beyond the basic plane', { name: '𠮷"\\' }],
  ]),
  ...asBytes('believed', [
    ['a key whose x begins with a zero', signed({ ...HEADER, kid: 'zero-first' }, CLAIMS, ZERO_FIRST)],
    ['members named twice: the last counts (RFC 7519 section 4)', signed(HEADER, doubled(CLAIMS, '"aud":"x",', ''))],
    ['numbers written otherwise', signed(HEADER, doubled(CLAIMS, '', ',"iat":1.8e9,"exp":1800000060.0'))],
    [
      'white space and escapes',
      signed(JSON.stringify(HEADER, null, 2), doubled(CLAIMS, '\r\n\t ', ',"n\\u0061me":"\\u793a"')),
    ],
  ]),

  ...asBytes('assertion-missing', [['nothing', '']]),
  ...asBytes('assertion-malformed', [
    ['dots', '..'],
    ['two parts', `${header}.${payload}`],
    ['four parts', `${good}.x`],
    ['five parts', `${good}.x.y`],
    ['a space before', ` ${good}`],
    ['a newline behind', `${good}\n`],
    ['two in one field', `${good}, ${good}`],
    ['two in one field, no space', `${good},${good}`],
    ['padding', `${good}==`],
    ['the other base64', `${header}.${payload}.+/${signature.slice(2)}`],
    ['a length that base64 does not have', `${header}.${payload}.${signature.slice(1)}`],
    ['too much', signed(HEADER, { ...CLAIMS, name: 'x'.repeat(20_000) })],
    ['a header that is a list', signed([], CLAIMS)],
    ['a header that is no JSON', signed('{', CLAIMS)],
    ['a header behind a byte order mark', signed(`\uFEFF${JSON.stringify(HEADER)}`, CLAIMS)],
    ['a header that is not UTF-8', signed(Buffer.from(JSON.stringify({ ...HEADER, later: 'é' }), 'latin1'), CLAIMS)],
    ['a header with half a character', signed({ ...HEADER, later: '\ud842' }, CLAIMS)],
    ['a header that is 3,000 lists deep', signed(DEEP, CLAIMS)],
    ['claims that are no JSON', signed(HEADER, '{')],
    ['claims and more', signed(HEADER, `${JSON.stringify(CLAIMS)}{}`)],
    ['claims and a zero', signed(HEADER, `${JSON.stringify(CLAIMS)}\0`)],
    ['claims with a comma too many', signed(HEADER, doubled(CLAIMS, '', ','))],
    ['claims in single quotes', signed(HEADER, JSON.stringify(CLAIMS).replaceAll('"', "'"))],
    ['claims with NaN', signed(HEADER, doubled(CLAIMS, '', ',"later":NaN'))],
    ['claims with a number of no JSON', signed(HEADER, doubled(CLAIMS, '', ',"later":01'))],
    ['claims with a bare newline in a text', signed(HEADER, doubled(CLAIMS, '', ',"later":"\n"'))],
    ['claims that are not UTF-8', signed(HEADER, Buffer.from(JSON.stringify({ ...CLAIMS, name: 'é' }), 'latin1'))],
    ['claims behind a byte order mark', signed(HEADER, `\uFEFF${JSON.stringify(CLAIMS)}`)],
    ['claims with half a character', signed(HEADER, { ...CLAIMS, name: '\ud842' })],
    ['claims with two halves in the wrong order', signed(HEADER, { ...CLAIMS, later: ['\udfb7\ud842'] })],
    ['claims with half a character in a name', signed(HEADER, { ...CLAIMS, 'later\ud842': 1 })],
    ['claims that are a list', signed(HEADER, [])],
    ['claims that are null', signed(HEADER, null)],
  ]),

  ...asBytes('wrong-algorithm', [
    ['alg none', `${encode({ ...HEADER, alg: 'none' })}.${payload}.`],
    ['alg None', `${encode({ ...HEADER, alg: 'None' })}.${payload}.`],
    ['HS256 keyed with the public key', hmac({ ...HEADER, alg: 'HS256' })],
    ['another curve', signed({ ...HEADER, alg: 'ES384', kid: 'p384' }, CLAIMS, P384)],
    ['ES256, then none', signed(doubled(HEADER, '', ',"alg":"none"'), CLAIMS)],
  ]),
  ...withHeader('wrong-algorithm', [
    ['no algorithm', { alg: undefined }],
    ['a list of algorithms', { alg: ['ES256'] }],
  ]),
  ...withHeader('wrong-type', [
    ['a plain JWT', { typ: 'JWT' }],
    ['no type', { typ: undefined }],
    ['the type in capitals', { typ: 'Gateway-Assertion+JWT' }],
  ]),
  ...withHeader('assertion-malformed', [
    ['no kid', { kid: undefined }],
    ['a kid that is no text', { kid: 1 }],
    ['an extension that must be understood', { crit: ['b64'], b64: false }],
    ['an empty list of extensions', { crit: [] }],
  ]),
  ...withHeader(
    'unknown-key',
    [
      'other',
      '',
      '__proto__',
      'encryption',
      'other-algorithm',
      'shared',
      'off-the-curve',
      'short',
      'an octet too many',
      'other-curve',
      'other-type',
      'p384',
    ].map(kid => [`kid "${kid}"`, { kid }] as const),
  ),
  ...asBytes('unknown-key', [
    ['a kid of a coordinate too short', signed({ ...HEADER, kid: 'an octet too few' }, CLAIMS, ZERO_FIRST)],
  ]),
  ...asBytes('bad-signature', [
    ['ES256 with an HMAC inside', hmac(HEADER)],
    ['its own key', signed({ ...HEADER, jwk: jwkOf(FOREIGN, 'own') }, CLAIMS, FOREIGN)],
    ['an address of its own keys', signed({ ...HEADER, jku: 'https://evil.example/' }, CLAIMS, FOREIGN)],
    ['the second key of that kid', signed(HEADER, CLAIMS, FOREIGN)],
    ['a flipped bit', `${header}.${payload}.${flipped()}`],
    ['a byte too few', shortened()],
    ['no signature', `${header}.${payload}.`],
    [
      'a byte too many',
      `${header}.${payload}.${encode(Buffer.concat([Buffer.from(signature, 'base64url'), Buffer.alloc(1)]))}`,
    ],
    [
      'a signature in DER',
      `${header}.${payload}.${sign('sha256', Buffer.from(`${header}.${payload}`), OWN).toString('base64url')}`,
    ],
    ['zeros (CVE-2022-21449)', `${header}.${payload}.${encode(Buffer.alloc(64))}`],
    ['the order twice', `${header}.${payload}.${encode(Buffer.concat([ORDER, ORDER]))}`],
    ["another's claims", `${header}.${encode({ ...CLAIMS, roles: ['admin'] })}.${signature}`],
    ["another's header", `${encode({ ...HEADER, later: true })}.${payload}.${signature}`],
  ]),

  ...withClaims('wrong-issuer', [
    ['another issuer', { iss: 'https://evil.example' }],
    ['the issuer with a slash', { iss: `${ISSUER}/` }],
    ['no issuer', { iss: undefined }],
  ]),
  ...withClaims('wrong-audience', [
    ['another system', { aud: 'https://factory.gateway.test' }],
    ['a list that contains us', { aud: [AUDIENCE] }],
    ['a list of two', { aud: [AUDIENCE, 'https://factory.gateway.test'] }],
    ['the audience as a prefix', { aud: `${AUDIENCE}.evil.example` }],
    ['no audience', { aud: undefined }],
  ]),
  ...asBytes('wrong-audience', [['us, then another system', signed(HEADER, doubled(CLAIMS, '', ',"aud":"x"'))]]),
  ...withClaims('expired', [
    ['expired beyond the tolerance', { iat: NOW_S - 65, exp: NOW_S - 5 }],
    ['long expired', { iat: NOW_S - 3600, exp: NOW_S - 3540 }],
  ]),
  ...withClaims('not-yet-valid', [['made in the future', { iat: NOW_S + 6, exp: NOW_S + 60 }]]),
  ...withClaims('lifetime-too-long', [
    ['good for 61 s', { exp: NOW_S + 61 }],
    ['good for ever', { exp: 9_999_999_999 }],
  ]),
  ...withClaims('claim-invalid', [
    ['ended before it began', { exp: NOW_S }],
    ['no end', { exp: undefined }],
    ['an end as text', { exp: String(NOW_S + 60) }],
    ['an end between seconds', { exp: NOW_S + 59.5 }],
    ['an end beyond the year 9999', { iat: 253_402_300_799, exp: 253_402_300_800 }],
    ['no beginning', { iat: undefined }],
    ['a beginning that is true', { iat: true }],
    ['a beginning before 1970', { iat: -1 }],
    ['no subject', { sub: undefined }],
    ['an empty subject', { sub: '' }],
    ['a subject that is no text', { sub: 7 }],
    ['no name', { name: undefined }],
    ['no organisation', { org: undefined }],
    ['no unit, not even null', { unit: undefined }],
    ['a unit that is false', { unit: false }],
    ['roles as text', { roles: 'admin' }],
    ['roles as an object', { roles: { 0: 'admin' } }],
    ['no roles', { roles: [] }],
    ['a role that is no text', { roles: [['admin']] }],
    ['an empty role', { roles: ['admin', ''] }],
    ['no methods', { amr: undefined }],
    ['methods as text', { amr: 'sc' }],
    ['an unknown assurance', { acr: 'none' }],
    ['an assurance that is a list', { acr: ['card'] }],
    ['no assurance', { acr: undefined }],
    ['no session', { sid: undefined }],
    ['no name of its own', { jti: undefined }],
    ['no time of login', { auth_time: undefined }],
    ['a card without its certificate', { cnf: undefined }],
    ['a confirmation that is null', { cnf: null, acr: 'system' }],
    ['a confirmation that is a list', { cnf: [] }],
    ['a certificate that is none', { cnf: { 'x5t#S256': 'short' } }],
    ['a certificate and a newline', { cnf: { 'x5t#S256': `${'A'.repeat(43)}\n` } }],
    ['an empty purpose', { purpose: '' }],
    ['a case that is null', { case: null }],
  ]),
  ...asBytes('claim-invalid', [['an end beyond all numbers', signed(HEADER, doubled(CLAIMS, '', ',"exp":1e999'))]]),
];
