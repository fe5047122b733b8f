import type { PathPattern } from '../../policy/path-pattern.ts';

/** Where a business system runs and how it is reached, from `gateway.yaml`. */
export interface UpstreamSettings {
  /** http(s) origins; each can serve any request. At least one. */
  readonly servers: readonly string[];
  /** What is spoken to them. WebSockets go by HTTP/1.1 whatever it is. */
  readonly protocol: 'http/1.1' | 'h2';
  readonly tls: {
    /** PEM of the authorities that their certificates are from; absent: those that Node knows. */
    readonly ca?: string;
    /** PEM, shown to them. */
    readonly certificate?: string;
    readonly key?: string;
    /** The name that their certificates must be for; absent: the one that is dialled. */
    readonly serverName?: string;
  };
  /** How each is asked whether it serves; null: nobody asks, and only requests tell. */
  readonly health: {
    /** Answers GET with 2xx or 3xx; null: a connection (with TLS) is enough. */
    readonly path: string | null;
    readonly everyMs: number;
    readonly timeoutMs: number;
  } | null;
  /** Milliseconds to connect, TLS included; beyond, it counts as away. */
  readonly connectMs: number;
}

/** What one request may take; what is absent is as the gateway has it. */
export interface RequestLimits {
  /** Bytes of content that a request may carry. */
  readonly contentBytes?: number;
  /** Seconds from the end of a request to the head of its response. */
  readonly responseS?: number;
  /** Seconds in which hardly any content comes, either way. */
  readonly contentIdleS?: number;
}

/** Limits of the requests to some of a system's paths; null: of all. */
export interface LimitedRoute {
  readonly paths: readonly PathPattern[] | null;
  readonly limits: RequestLimits;
}
