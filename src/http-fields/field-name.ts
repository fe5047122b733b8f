/** What the gateway does with a request field, decided by its name alone. */
export type FieldTreatment =
  /** Passed on as it came. */
  | 'pass'
  /** Never passed on: somebody else's word for what only the gateway may say. */
  | 'withhold'
  /** Meant for this connection only (RFC 9110 section 7.6.1). */
  | 'hop-by-hop'
  /** The gateway itself reads it; {@link ReadField} says which. */
  | ReadField;

/** Fields that the gateway reads; each may appear once, except `connection`, `cookie` and `te`, which are lists. */
export type ReadField =
  | 'accept'
  | 'accept-language'
  | 'connection'
  | 'content-length'
  | 'cookie'
  | 'expect'
  | 'host'
  | 'origin'
  | 'sec-fetch-dest'
  | 'sec-fetch-mode'
  | 'sec-fetch-site'
  | 'sec-fetch-user'
  | 'sec-purpose'
  | 'sec-websocket-key'
  | 'sec-websocket-version'
  | 'te'
  | 'transfer-encoding'
  | 'upgrade'
  | 'x-activity';

const READ: readonly ReadField[] = [
  'accept',
  'accept-language',
  'connection',
  'content-length',
  'cookie',
  'expect',
  'host',
  'origin',
  'sec-fetch-dest',
  'sec-fetch-mode',
  'sec-fetch-site',
  'sec-fetch-user',
  'sec-purpose',
  'sec-websocket-key',
  'sec-websocket-version',
  'te',
  'transfer-encoding',
  'upgrade',
  'x-activity',
];

/** RFC 9110 section 7.6.1 with the older names that HTTP/1.0 proxies and RFC 2616 used. */
const HOP_BY_HOP = [
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'trailer',
];

const WITHHELD = [
  // The client's address and the address it asked for: the gateway writes them itself.
  'forwarded',
  'forwarded-for',
  'true-client-ip',
  'client-ip',
  'fastly-client-ip',
  'fly-client-ip',
  'front-end-https',
  'x-azure-clientip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-forward-for',
  'x-forwarded',
  'x-host',
  'x-http-host-override',
  'x-originating-ip',
  'x-override-url',
  'x-proxyuser-ip',
  'x-real-ip',
  'x-rewrite-url',
  'x-scheme',
  'x-url-scheme',
  // Another method than the one that rules are about.
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  // Becomes the HTTP_PROXY variable of CGI programs (CVE-2016-5385 and its sisters).
  'proxy',
  // Who the person is, as other gateways say it.
  'remote-email',
  'remote-groups',
  'remote-name',
  'remote-user',
  'auth-user',
  'x-pomerium-jwt-assertion',
  'x-user',
];

const WITHHELD_PREFIXES = [
  'x-gateway-',
  'x-forwarded-',
  'x-original-',
  'x-envoy-',
  'cf-',
  // Client certificates: RFC 9440 and what terminators call them.
  'client-cert',
  'ssl-cert',
  'ssl-client-',
  'x-amzn-mtls-',
  'x-apache-ssl-',
  'x-arr-clientcert',
  'x-client-cert',
  'x-client-dn',
  'x-client-verify',
  'x-mtls-',
  'x-ssl-',
  'x-tls-client',
  // Who the person is, as other gateways say it.
  'x-amzn-oidc-',
  'x-auth-request-',
  'x-authenticated-',
  'x-goog-authenticated-',
  'x-goog-iap-',
  'x-ms-client-principal',
  'x-remote-',
  'x-webauth-',
];

const TREATMENT: ReadonlyMap<string, FieldTreatment> = new Map<string, FieldTreatment>([
  ...READ.map(name => [name, name] as const),
  ...HOP_BY_HOP.map(name => [name, 'hop-by-hop'] as const),
  ...WITHHELD.map(name => [name, 'withhold'] as const),
]);

/** First letters of the prefixes; most names begin with another, and need no more comparing. */
const PREFIX_LETTERS = new Set(WITHHELD_PREFIXES.map(prefix => prefix[0]));

/**
 * Says what to do with a request field.
 *
 * CGI and its descendants see a name as capital letters, digits and `_`, so that `X_Gateway_User` and `X-Gateway-User`
 * are one variable to them. A name with any such character is therefore judged by what it folds into, and a look-alike
 * of a field that has a meaning here is withheld.
 *
 * @param name as received, a valid token (the HTTP parser has seen to that)
 */
export function treatmentOf(name: string): FieldTreatment {
  const lower = name.toLowerCase();
  const known = TREATMENT.get(lower);
  if (known !== undefined) return known;
  if (hasWithheldPrefix(lower)) return 'withhold';
  if (!/[^a-z0-9-]/.test(lower)) return 'pass';
  const folded = foldFieldName(lower);
  return TREATMENT.has(folded) || hasWithheldPrefix(folded) ? 'withhold' : 'pass';
}

/** Whether a field, of a response or in a list of names, lies in the gateway's own name space `x-gateway-*`. */
export function isReservedField(name: string): boolean {
  // Folding leaves letters where they are: most names have others there, and need no folding.
  return name.slice(2, 9).toLowerCase() === 'gateway' && foldFieldName(name).startsWith('x-gateway-');
}

/** The name as the least careful receiver sees it: lower case, everything but letters and digits is `-`. */
export function foldFieldName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '-');
}

function hasWithheldPrefix(lower: string): boolean {
  return PREFIX_LETTERS.has(lower[0]) && WITHHELD_PREFIXES.some(prefix => lower.startsWith(prefix));
}
