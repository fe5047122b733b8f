import { decodePem } from '../pki/pem.ts';

/** How a TLS-terminating proxy passes a client's certificate on. */
export type CertificateDialect = 'rfc9440' | 'nginx';

/** What a client showed in a TLS handshake, with us or with a proxy in front of us. Nothing of it has been judged. */
export type PresentedCertificate =
  | { readonly kind: 'none' }
  /** DER as it came; it may be anything. */
  | { readonly kind: 'certificate'; readonly der: Uint8Array }
  /** Sent in a form that is not to be guessed at. */
  | { readonly kind: 'unreadable' };

/** Refusals before there is a certificate to judge. */
export type ClientCertificateFailure =
  { readonly code: 'client-certificate-missing' } | { readonly code: 'client-certificate-unreadable' };

/** The one field that each dialect speaks by; in others, and in the chain beside it, nothing is believed. */
const FIELD_OF_DIALECT = {
  rfc9440: 'client-cert',
  nginx: 'x-ssl-client-cert',
} as const satisfies Record<CertificateDialect, string>;

/** Citizen certificates take about 1.5 KiB; the same limit as for a certificate in a card's answer. */
const CERTIFICATE_BYTES = 8 * 1024;

/** That many bytes in the longer of the dialects: base64, every character percent-encoded. */
const FIELD_CHARACTERS = CERTIFICATE_BYTES * 4;

const NONE: PresentedCertificate = { kind: 'none' };
const UNREADABLE: PresentedCertificate = { kind: 'unreadable' };

/**
 * Reads the client certificate from the fields of a request, as a proxy of this dialect writes it: one field line in
 * one strict form. Whether the peer is such a proxy is the caller's to know.
 *
 * @param rawFields names and values in turn, exactly as received (Node's `rawHeaders`)
 */
export function readClientCertificate(rawFields: readonly string[], dialect: CertificateDialect): PresentedCertificate {
  const values: string[] = [];
  for (let index = 0; index + 1 < rawFields.length; index += 2) {
    if (rawFields[index]?.toLowerCase() === FIELD_OF_DIALECT[dialect]) values.push(rawFields[index + 1] ?? '');
  }
  const [value, ...others] = values;
  if (value === undefined) return NONE;
  if (others.length > 0 || value.length > FIELD_CHARACTERS) return UNREADABLE;
  // nginx has an empty variable, where RFC 9440 has no field, for a client without a certificate.
  if (dialect === 'nginx' && value === '') return NONE;
  const der = dialect === 'rfc9440' ? decodeByteSequence(value) : decodeEscapedPem(value);
  return der === undefined || der.length === 0 || der.length > CERTIFICATE_BYTES
    ? UNREADABLE
    : { kind: 'certificate', der };
}

/**
 * A structured field that is one byte sequence (RFC 9440 section 2.2, RFC 9651 section 3.3.5): `:base64:`, without
 * parameters, padded, nothing else on the line.
 */
function decodeByteSequence(value: string): Uint8Array | undefined {
  const base64 = /^:([A-Za-z0-9+/]+={0,2}):$/.exec(value)?.[1];
  if (base64 === undefined) return undefined;
  const der = Buffer.from(base64, 'base64');
  // Only what it would write the same again is base64: pad bits and missing padding have a second spelling.
  return der.toString('base64') === base64 ? new Uint8Array(der) : undefined;
}

/** nginx's `$ssl_client_escaped_cert`: one PEM block, percent-encoded. */
function decodeEscapedPem(value: string): Uint8Array | undefined {
  if (!/^(?:[A-Za-z0-9._~/+=-]|%[0-9A-Fa-f]{2})+$/.test(value)) return undefined;
  const text = value.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, octet: string) =>
    String.fromCharCode(Number.parseInt(octet, 16)),
  );
  return decodePem(Buffer.from(text, 'latin1'), 'CERTIFICATE');
}
