import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { readClientCertificate, type CertificateDialect } from '../../src/http-fields/client-cert.ts';

/** Three octets more than a multiple of three, so that base64 is padded; `+`, `/` and `=` occur in it. */
const DER = Buffer.from('30fbefbe00ff3e3f7f7e', 'hex');
const BASE64 = DER.toString('base64');
const PEM = `-----BEGIN CERTIFICATE-----\n${BASE64}\n-----END CERTIFICATE-----\n`;
const escaped = (text: string) => encodeURIComponent(text);

const read = (dialect: CertificateDialect, ...values: string[]) => {
  const name = dialect === 'rfc9440' ? 'Client-Cert' : 'X-SSL-Client-Cert';
  return readClientCertificate(['Host', 'a', ...values.flatMap(value => [name, value])], dialect);
};
const GOOD = { kind: 'certificate', der: new Uint8Array(DER) };
const UNREADABLE = { kind: 'unreadable' };

describe('Client-Cert (RFC 9440)', () => {
  test('D3-02 is one byte sequence', () => {
    expect(BASE64).toMatch(/=$/);
    expect(read('rfc9440', `:${BASE64}:`)).toEqual(GOOD);
  });

  test('the field name is read in any case', () => {
    for (const name of ['client-cert', 'CLIENT-CERT']) {
      expect(readClientCertificate([name, `:${BASE64}:`], 'rfc9440')).toEqual(GOOD);
    }
  });

  test('without the field there is no certificate', () => {
    expect(read('rfc9440')).toEqual({ kind: 'none' });
    expect(readClientCertificate([], 'rfc9440')).toEqual({ kind: 'none' });
  });

  test.each([
    ['empty', ''],
    ['no bytes', '::'],
    ['bare base64', BASE64],
    ['no colon at the end', `:${BASE64}`],
    ['no colon before', `${BASE64}:`],
    ['parameters', `:${BASE64}:;a=1`],
    ['a list of two', `:${BASE64}:, :${BASE64}:`],
    ['a string', `"${BASE64}"`],
    ['a token', 'certificate'],
    ['white space inside', `:${BASE64.slice(0, 4)} ${BASE64.slice(4)}:`],
    ['white space around', ` :${BASE64}: `],
    ['base64url', ':MPvvvgD_Pj9_fg==:'],
    ['no padding', `:${BASE64.replace(/=+$/, '')}:`],
    ['too much padding', `:${BASE64}=:`],
    ['padding in the middle', ':MA==MA==:'],
    ['pad bits that are not zero', ':MPvvvgD/Pj9/fh==:'],
    ['a quantum of one character', ':A:'],
    ['8-bit characters', ':MPvvé:'],
    ['percent-encoding', `:${escaped(BASE64)}:`],
    ['nginx’s form', escaped(PEM)],
  ])('%s is not guessed at', (_name, value) => {
    expect(read('rfc9440', value)).toEqual(UNREADABLE);
  });

  test('two field lines are not guessed at, though equal', () => {
    expect(read('rfc9440', `:${BASE64}:`, `:${BASE64}:`)).toEqual(UNREADABLE);
  });

  test('8 KiB are read, one octet more is not', () => {
    const sequence = (length: number) => `:${Buffer.alloc(length, 0x30).toString('base64')}:`;
    expect(read('rfc9440', sequence(8192)).kind).toBe('certificate');
    expect(read('rfc9440', sequence(8193))).toEqual(UNREADABLE);
    expect(read('rfc9440', sequence(200_000))).toEqual(UNREADABLE);
  });
});

describe('X-SSL-Client-Cert (nginx, $ssl_client_escaped_cert)', () => {
  test('D3-02 is one PEM block, percent-encoded', () => {
    expect(BASE64).toMatch(/[+/]/);
    expect(read('nginx', escaped(PEM))).toEqual(GOOD);
    expect(read('nginx', escaped(PEM.trimEnd()))).toEqual(GOOD);
    expect(read('nginx', escaped(PEM.replaceAll('\n', '\r\n')))).toEqual(GOOD);
  });

  test('a plus is a plus, not a space', () => {
    const plus = escaped(PEM).replaceAll('%2B', '+').replaceAll('%2F', '/').replaceAll('%3D', '=');
    expect(read('nginx', plus)).toEqual(GOOD);
  });

  test('without the field, or with an empty one, there is no certificate', () => {
    expect(read('nginx')).toEqual({ kind: 'none' });
    expect(read('nginx', '')).toEqual({ kind: 'none' });
  });

  test.each([
    ['plain PEM', PEM],
    ['two blocks', escaped(PEM + PEM)],
    ['text before the block', escaped(`subject=/CN=x\n${PEM}`)],
    ['text after the block', escaped(`${PEM}x`)],
    ['another label', escaped(PEM.replaceAll('CERTIFICATE', 'TRUSTED CERTIFICATE'))],
    ['two labels', escaped(PEM.replace('END CERTIFICATE', 'END PUBLIC KEY'))],
    ['no end', escaped(PEM.replace(/-----END.*/s, ''))],
    ['no bytes', escaped(PEM.replace(BASE64, ''))],
    ['half an escape', `${escaped(PEM)}%2`],
    ['an escape that is none', `${escaped(PEM)}%zz`],
    ['escaped twice', escaped(escaped(PEM))],
    ['8-bit octets', escaped(PEM).replace('CERTIFICATE', 'CERTIFICAT%E9')],
    ['a NUL', `${escaped(PEM)}%00`],
    ['base64 alone', BASE64],
    ['RFC 9440’s form', `:${BASE64}:`],
    ['(null), as an older proxy writes', '(null)'],
    ['bad base64', escaped(PEM.replace(BASE64, BASE64.replace(/==$/, '')))],
  ])('%s is not guessed at', (_name, value) => {
    expect(read('nginx', value)).toEqual(UNREADABLE);
  });

  test('two field lines are not guessed at', () => {
    expect(read('nginx', escaped(PEM), escaped(PEM))).toEqual(UNREADABLE);
    expect(read('nginx', '', escaped(PEM))).toEqual(UNREADABLE);
  });

  test('a field of any length takes no time to refuse', () => {
    expect(read('nginx', '%0A'.repeat(100_000))).toEqual(UNREADABLE);
    expect(read('nginx', `-----BEGIN%20CERTIFICATE-----${'%0A'.repeat(8_000)}`)).toEqual(UNREADABLE);
  });
});

test('each dialect is deaf to the other’s field, to the chain, and to look-alikes', () => {
  const others = [
    ...['Client-Cert-Chain', `:${BASE64}:`, 'Client_Cert', `:${BASE64}:`, 'X-Client-Cert', escaped(PEM)],
    ...['X_SSL_Client_Cert', escaped(PEM), 'SSL-Client-Cert', escaped(PEM), 'X-Forwarded-Client-Cert', 'Cert=x'],
  ];
  expect(readClientCertificate([...others, 'X-SSL-Client-Cert', escaped(PEM)], 'rfc9440')).toEqual({ kind: 'none' });
  expect(readClientCertificate([...others, 'Client-Cert', `:${BASE64}:`], 'nginx')).toEqual({ kind: 'none' });
});

test('a certificate that openssl made comes through both dialects whole', () => {
  const pem = execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      '/dev/null',
      '-subj',
      '/CN=x',
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const der = new Uint8Array(Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64'));
  expect(read('nginx', escaped(pem))).toEqual({ kind: 'certificate', der });
  expect(read('rfc9440', `:${Buffer.from(der).toString('base64')}:`)).toEqual({ kind: 'certificate', der });
});
