/**
 * Every method that a request can have here; one list for requests of both versions, for what proxies ask about, for rules and for
 * what is explained of them: those that HTTP/1.1 is parsed by. `delete`, which systems take for DELETE and rules do not, is no
 * method. TRACE would show the person the assertion that was made for the system; CONNECT makes tunnels.
 */
export const TAKEN_METHODS: ReadonlySet<string> = new Set([
  ...['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY', 'SEARCH', 'REPORT'],
  // WebDAV and its calendars and versions (RFC 3253, 3648, 4791, 4918, 5323, 5842).
  ...['PROPFIND', 'PROPPATCH', 'MKCOL', 'COPY', 'MOVE', 'LOCK', 'UNLOCK', 'ACL', 'BIND', 'REBIND', 'UNBIND'],
  ...['CHECKOUT', 'MERGE', 'MKACTIVITY', 'MKCALENDAR'],
  // Links, caches, streams and discovery.
  ...['LINK', 'UNLINK', 'PURGE', 'SOURCE', 'NOTIFY', 'SUBSCRIBE', 'UNSUBSCRIBE', 'M-SEARCH'],
]);
