import type { IncomingMessage } from 'node:http';
import { request as overHttp } from 'node:http';
import { request as overHttps, type RequestOptions } from 'node:https';
import {
  createForwardAuthListener,
  type ForwardAuthListener,
} from '../../src/gateway/forward-auth/forward-auth-listener.ts';
import type { ForwardAuthPeer } from '../../src/gateway/forward-auth/peers.ts';
import { DEFAULT_LISTENER_SETTINGS } from '../../src/gateway/listener-settings.ts';
import type { ForwardAuthDialect } from '../../src/http-fields/forward-auth/dialect.ts';
import { PAGES } from './gateway-under-test.ts';
import type { TestContext } from '../support/gateway-context.ts';

export const COMPANY = 'company.gateway.test';

export interface ForwardAuthUnderTest {
  readonly listener: ForwardAuthListener;
  readonly port: number;
  readonly logged: { readonly facts: object; readonly message: string }[];
}

/** The listener for proxies that ask, on a free port of loopback, over stores that are there already. */
export async function startForwardAuth(
  test: TestContext,
  options: {
    readonly peers?: readonly ForwardAuthPeer[];
    readonly trustedProxies?: readonly string[];
    readonly tls?: { readonly cert: string; readonly key: string; readonly ca: string };
  } = {},
): Promise<ForwardAuthUnderTest> {
  const logged: { readonly facts: object; readonly message: string }[] = [];
  const keep = (facts: object, message: string): void => void logged.push({ facts, message });
  const listener = createForwardAuthListener({
    context: test.context,
    pages: PAGES,
    peers: options.peers ?? everyDialectAt('127.0.0.1'),
    trustedProxies: options.trustedProxies ?? [],
    tls: options.tls,
    log: { info: keep, warn: keep, error: keep },
    settings: DEFAULT_LISTENER_SETTINGS,
  });
  const { port } = await listener.listen({ host: '127.0.0.1', port: 0 });
  return { listener, port, logged };
}

export function everyDialectAt(address: string): ForwardAuthPeer[] {
  return (['nginx', 'traefik', 'caddy', 'envoy'] as const).map(dialect => ({ address, dialect }));
}

/** What a proxy was asked for. */
export interface Asked {
  readonly method?: string;
  readonly target?: string;
  readonly host?: string;
  /** The client's own fields. */
  readonly fields?: Readonly<Record<string, string>>;
  readonly clientAddress?: string;
}

export interface AuthAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Asks as a proxy of this dialect does. @param connection where from, and with which certificate over TLS */
export function askAs(
  port: number,
  dialect: ForwardAuthDialect,
  asked: Asked = {},
  connection: RequestOptions & { readonly isTls?: boolean } = {},
): Promise<AuthAnswer> {
  const { method = 'GET', target = '/cases/17', host = COMPANY, fields = {}, clientAddress = '198.51.100.7' } = asked;
  const stated: Record<ForwardAuthDialect, Record<string, string>> = {
    nginx: { 'X-Original-URL': `https://${host}${target}`, 'X-Original-Method': method },
    traefik: forwarded(method, host, target),
    caddy: forwarded(method, host, target),
    envoy: { Host: host, 'X-Forwarded-Proto': 'https' },
  };
  return answerTo({
    port,
    path: dialect === 'envoy' ? `/forward-auth/envoy${target}` : `/forward-auth/${dialect}`,
    method: dialect === 'envoy' ? method : 'GET',
    headers: { ...fields, ...stated[dialect], 'X-Forwarded-For': clientAddress },
    ...connection,
  });
}

/** One request as it is. @returns what came back; rejects where the connection was closed instead */
export function answerTo({
  isTls = false,
  ...options
}: RequestOptions & { readonly isTls?: boolean }): Promise<AuthAnswer> {
  return new Promise((resolve, reject) => {
    const ask = isTls ? overHttps : overHttp;
    const outgoing = ask({ host: '127.0.0.1', agent: false, ...options }, response => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
      response.on('end', () => {
        const { statusCode = 0, headers } = response;
        resolve({ status: statusCode, headers, body: Buffer.concat(chunks).toString('utf8') });
      });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

function forwarded(method: string, host: string, target: string): Record<string, string> {
  return {
    'X-Forwarded-Method': method,
    'X-Forwarded-Proto': 'https',
    'X-Forwarded-Host': host,
    'X-Forwarded-Uri': target,
  };
}
