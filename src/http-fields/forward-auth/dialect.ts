/** In which fields a proxy states the request that it asks about. */
export type ForwardAuthDialect = (typeof FORWARD_AUTH_DIALECTS)[number];

export const FORWARD_AUTH_DIALECTS = ['nginx', 'traefik', 'caddy', 'envoy'] as const;

/** A question as the proxy sent it. */
export interface ReceivedQuestion {
  readonly method: string;
  /** The target at our own listener. */
  readonly target: string;
  /** Names and values in turn, as received (Node's `rawHeaders`). */
  readonly rawFields: readonly string[];
}

/** What the proxy says that it was asked for. Nothing of it has been judged but that it was said once. */
export interface StatedRequest {
  readonly method: string;
  readonly scheme: string;
  readonly authority: string;
  /** Path and query. */
  readonly target: string;
}

/** One address for each dialect, so that peers at one network address can speak different ones. */
const PLACES: ReadonlyMap<string, ForwardAuthDialect> = new Map([
  ['/forward-auth/nginx', 'nginx'],
  ['/forward-auth/traefik', 'traefik'],
  ['/forward-auth/caddy', 'caddy'],
]);

/** Envoy writes the path that it was asked for behind ours. */
const ENVOY_PREFIX = '/forward-auth/envoy';

/**
 * By which address of the listener a question is asked; undefined where there is none. A query says nothing: Caddy leaves
 * its client's there.
 */
export function dialectOfTarget(target: string): ForwardAuthDialect | undefined {
  if (target.startsWith(`${ENVOY_PREFIX}/`)) return 'envoy';
  const query = target.indexOf('?');
  return PLACES.get(query === -1 ? target : target.slice(0, query));
}

/**
 * The fields that a dialect speaks by, each of which must be there once. All others are the client's own, whatever they
 * are called.
 */
export const STATING_FIELDS: Readonly<Record<ForwardAuthDialect, readonly string[]>> = {
  nginx: ['x-original-url', 'x-original-method', 'x-forwarded-for'],
  traefik: ['x-forwarded-method', 'x-forwarded-proto', 'x-forwarded-host', 'x-forwarded-uri', 'x-forwarded-for'],
  caddy: ['x-forwarded-method', 'x-forwarded-proto', 'x-forwarded-host', 'x-forwarded-uri', 'x-forwarded-for'],
  envoy: ['host', 'x-forwarded-proto', 'x-forwarded-for'],
};

/** What else a proxy writes of its own accord, where its client's words were before. Nothing is read from it. */
export const OWN_FIELDS: Readonly<Record<ForwardAuthDialect, readonly string[]>> = {
  nginx: [],
  traefik: ['x-forwarded-port', 'x-forwarded-server', 'x-real-ip'],
  caddy: [],
  envoy: [],
};

/** Puts together what the fields say; undefined where one of them says nothing that can be read. */
export function readStatement(
  dialect: ForwardAuthDialect,
  { method, target }: ReceivedQuestion,
  stated: ReadonlyMap<string, string>,
): StatedRequest | undefined {
  const of = (name: string): string => stated.get(name) ?? '';
  switch (dialect) {
    case 'nginx': {
      const url = /^([a-z]+):\/\/([^/?#]+)(\/.*)$/s.exec(of('x-original-url'));
      if (url === null) return undefined;
      const [, scheme = '', authority = '', rest = ''] = url;
      return { method: of('x-original-method'), scheme, authority, target: rest };
    }
    case 'traefik':
    case 'caddy':
      return {
        method: of('x-forwarded-method'),
        scheme: of('x-forwarded-proto'),
        authority: of('x-forwarded-host'),
        target: of('x-forwarded-uri'),
      };
    case 'envoy':
      return {
        method,
        scheme: of('x-forwarded-proto'),
        authority: of('host'),
        target: target.slice(ENVOY_PREFIX.length),
      };
  }
}
