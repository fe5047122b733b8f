/** A request as its first line and fields say it in HTTP/1.1, by which all else here is judged. */
export interface RequestLine {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly httpVersion: string;
  /** Names and values in turn. */
  readonly rawHeaders: readonly string[];
}

export interface Http2Failure {
  readonly code:
    | 'pseudo-fields-invalid'
    | 'field-invalid'
    /** Names and values together are beyond the limit. */
    | 'fields-too-long'
    /** A field that speaks of a connection of HTTP/1.1 (RFC 9113 section 8.2.2). */
    | 'field-of-http1'
    /** Host is not what `:authority` is. */
    | 'host-differs'
    | 'host-missing'
    | 'content-length-invalid'
    | 'method-refused'
    | 'target-form';
}

/**
 * Reads the fields of a request on an HTTP/2 stream (RFC 9113 section 8.3.1) and says them in HTTP/1.1.
 *
 * The library has refused most of what is malformed; here nothing is left to it that could become another request, another
 * host or another end of the content in HTTP/1.1, which systems are spoken to in.
 *
 * @param rawFields    names and values in turn, exactly as received
 * @param endsWithHead whether the client has ended the stream with its fields
 * @param limitBytes   of all names and values together
 */
export function readHttp2Head(
  rawFields: readonly string[],
  endsWithHead: boolean,
  limitBytes: number,
): { readonly ok: true; readonly line: RequestLine } | { readonly ok: false; readonly failure: Http2Failure } {
  const pseudo = new Map<string, string>();
  const fields: string[] = [];
  const cookies: string[] = [];
  const single = new Map<string, string>();
  let bytes = 0;
  for (let index = 0; index + 1 < rawFields.length; index += 2) {
    const name = rawFields[index] ?? '';
    const value = rawFields[index + 1] ?? '';
    bytes += name.length + value.length;
    // What is packed small on the way may be large here: one byte can stand for a field of 4 KB.
    if (bytes > limitBytes) return refused('fields-too-long');
    if (name.startsWith(':')) {
      if (!PSEUDO_FIELDS.has(name) || pseudo.has(name) || fields.length > 0) return refused('pseudo-fields-invalid');
      pseudo.set(name, value);
    } else if (!FIELD_NAME.test(name) || LINE_BREAKING.test(value)) return refused('field-invalid');
    else if (CONNECTION_FIELDS.has(name)) return refused('field-of-http1');
    else if (name === 'te' && value !== 'trailers') return refused('field-of-http1');
    else if (name === 'cookie') cookies.push(value);
    else if (name === 'host' && single.has(name)) return refused('host-differs');
    else {
      single.set(name, value);
      if (name !== 'host') fields.push(name, value);
    }
  }
  const [method, target, authority] = [pseudo.get(':method'), pseudo.get(':path'), pseudo.get(':authority')];
  if (method === undefined) return refused('pseudo-fields-invalid');
  // It would be a tunnel through us; that of RFC 8441 is not offered either, and comes with `:protocol`.
  if (method === 'CONNECT') return refused('method-refused');
  if (authority === undefined || authority === '') return refused('host-missing');
  if ((single.get('host') ?? authority) !== authority) return refused('host-differs');
  if (pseudo.get(':scheme') !== 'https' || target?.startsWith('/') !== true) return refused('target-form');

  const length = single.get('content-length');
  if (endsWithHead && (length ?? '0') !== '0') return refused('content-length-invalid');
  // The stream's end ends the content, and chunks do upstream.
  if (!endsWithHead && length === undefined) fields.push('transfer-encoding', 'chunked');
  // Sent one by one, since each compresses better so (section 8.2.3).
  if (cookies.length > 0) fields.push('cookie', cookies.join('; '));
  return { ok: true, line: { method, url: target, httpVersion: '1.1', rawHeaders: ['host', authority, ...fields] } };
}

const PSEUDO_FIELDS = new Set([':method', ':scheme', ':authority', ':path']);

const CONNECTION_FIELDS = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

/** A token (RFC 9110 section 5.6.2), in small letters. */
const FIELD_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;

const LINE_BREAKING = /[\0\r\n]/;

function refused(code: Http2Failure['code']): { readonly ok: false; readonly failure: Http2Failure } {
  return { ok: false, failure: { code } };
}
