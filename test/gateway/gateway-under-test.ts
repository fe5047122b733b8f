import type { IncomingMessage, OutgoingHttpHeaders, RequestListener } from 'node:http';
import { request } from 'node:https';
import { connect, type TLSSocket } from 'node:tls';
import type { SystemAsset, SystemPages } from '../../src/flows/ports.ts';
import type { GatewayContext } from '../../src/flows/gateway-context.ts';
import { ClientAddresses, type BelievedProxies } from '../../src/gateway/client-addresses.ts';
import { ConnectionShares } from '../../src/gateway/connection-shares.ts';
import type { GatewayLog } from '../../src/gateway/gateway-log.ts';
import { DEFAULT_LISTENER_SETTINGS, type ListenerSettings } from '../../src/gateway/listener-settings.ts';
import { createPublicListener, type PublicListener } from '../../src/gateway/public-listener.ts';
import { createTlsAuthority, issueServerCertificate } from '../authority/tls-authority.ts';
import { openTestContext, type TestContext, type TestContextOptions } from '../support/gateway-context.ts';
import { startUpstream, type RecordingUpstream } from './recording-upstream.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

/** The public listener on a free port, with its stores, two business systems and a client that dials it. */
export interface GatewayUnderTest {
  readonly test: TestContext;
  readonly company: RecordingUpstream;
  readonly factory: RecordingUpstream;
  readonly listener: PublicListener;
  readonly port: number;
  /** PEM of the CA that the listener's certificate is from. */
  readonly ca: string;
  /** Goes on with another context; by default with the same. */
  renew(context?: GatewayContext): void;
  readonly logged: { readonly facts: object; readonly message: string }[];
  /** Cookie field of a new session on company's host. */
  logIn(): Promise<string>;
  /** One request to company's host (or another), redirects not followed. */
  ask(target: string, options?: AskOptions): Promise<Answer>;
  /** Sends bytes as they are and returns what comes back until the connection closes. */
  speak(text: string): Promise<string>;
  dial(): Promise<TLSSocket>;
  close(): Promise<void>;
}

export interface AskOptions {
  readonly method?: string;
  readonly host?: string;
  /** The loopback address that it comes from. */
  readonly from?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
}

/** A page as tests look at it: its kind and what it was told. */
export const PAGES: SystemPages = {
  render: (page, facts) => `<!doctype html><title>${page.kind}</title><p>${JSON.stringify(page)} ${facts.requestId}`,
  renderNotice: ({ notice }, languages) => `<p>${notice.text} ${languages}`,
  tellEnd: ({ endedBecause }, languages) => `${endedBecause ?? ''} ${languages}`,
  asset: name => (name === 'look.css' ? anAsset('text/css; charset=utf-8', 'body{}') : undefined),
  activityScript: anAsset('text/javascript; charset=utf-8', 'watch()'),
};

function anAsset(contentType: string, text: string): SystemAsset {
  return { body: Buffer.from(text), contentType, etag: `"${text}"`, cacheControl: 'public, no-cache' };
}

export async function startGateway(
  options: TestContextOptions & {
    readonly settings?: Partial<ListenerSettings>;
    readonly portal?: RequestListener;
    readonly pages?: SystemPages;
    readonly believed?: BelievedProxies;
    readonly connectionsPerAddress?: number;
  } = {},
): Promise<GatewayUnderTest> {
  const [company, factory] = await Promise.all([startUpstream(), startUpstream()]);
  const test = await openTestContext({
    ...options,
    upstreams: { company: company.origin, factory: factory.origin, ...options.upstreams },
  });
  const gateway = await listenWith(test, company, factory, options);
  return {
    ...gateway,
    close: async () => {
      await gateway.listener.close(0);
      await Promise.all([company.close(), factory.close()]);
      await test.close();
    },
  };
}

/** A listener over stores and systems that are there already; closing it is the caller's. */
export async function listenWith(
  test: TestContext,
  company: RecordingUpstream,
  factory: RecordingUpstream,
  options: {
    readonly settings?: Partial<ListenerSettings>;
    readonly portal?: RequestListener;
    readonly pages?: SystemPages;
    readonly believed?: BelievedProxies;
    readonly connectionsPerAddress?: number;
  } = {},
): Promise<Omit<GatewayUnderTest, 'close'>> {
  const { ca, tls } = await certificateFor(test);
  const logged: { facts: object; message: string }[] = [];
  const keep = (facts: object, message: string): void => void logged.push({ facts, message });
  const log: GatewayLog = { info: keep, warn: keep, error: keep };
  const service = {
    context: test.context,
    portal: options.portal ?? ((_request, response) => response.end('portal')),
    pages: options.pages ?? PAGES,
    tls,
  };
  const listener = createPublicListener({
    ...service,
    ...(options.believed === undefined ? {} : { addresses: new ClientAddresses(options.believed) }),
    ...(options.connectionsPerAddress === undefined
      ? {}
      : { shares: new ConnectionShares(options.connectionsPerAddress) }),
    log,
    settings: { ...DEFAULT_LISTENER_SETTINGS, ...options.settings },
  });
  const { port } = await listener.listen({ host: '127.0.0.1', port: 0 });
  const dial = (): Promise<TLSSocket> =>
    new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', servername: 'company.gateway.test', ca }, () => {
        socket.off('error', reject);
        resolve(socket);
      });
      socket.once('error', reject);
    });
  return {
    test,
    company,
    factory,
    listener,
    port,
    ca,
    logged,
    renew: (context = test.context) => listener.renew({ ...service, context }),
    dial,
    logIn: async () => `__Host-gw=${await (await test.openSession()).cookieFor('company')}`,
    ask: (target, asked = {}) => ask(port, ca, target, asked),
    speak: async text => readAll(await dial(), text),
  };
}

async function certificateFor(test: TestContext) {
  const authority = await createTlsAuthority(new Date());
  const names = [...test.context.systems.values()].map(system => system.host);
  const issued = await issueServerCertificate(authority, [test.context.portal.host, ...names], new Date());
  return {
    ca: authority.certificate.pem,
    tls: { cert: issued.certificate.pem, key: issued.keyPair.privateKey.export({ type: 'pkcs8', format: 'pem' }) },
  };
}

function ask(port: number, ca: string, target: string, asked: AskOptions): Promise<Answer> {
  const host = asked.host ?? 'company.gateway.test';
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        path: target,
        method: asked.method ?? 'GET',
        ...(asked.from === undefined ? {} : { localAddress: asked.from }),
        servername: host,
        ca,
        agent: false,
        headers: { Host: host, ...asked.headers },
      },
      response => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
        response.on('end', () => {
          const { statusCode = 0, headers, rawHeaders } = response;
          resolve({ status: statusCode, headers, rawHeaders, body: Buffer.concat(chunks).toString('utf8') });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(asked.body);
  });
}

function readAll(socket: TLSSocket, text: string): Promise<string> {
  return new Promise(resolve => {
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    // A reset is one of the ways in which a refused connection may end.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
    socket.write(text, 'latin1');
  });
}
