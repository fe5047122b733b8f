import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { pino } from 'pino';
import { createCardListener, type CardListener, type CardService } from '../../src/gateway/card-listener.ts';
import { createPeerReader, type CertificateProxy } from '../../src/gateway/card-peer.ts';
import { DEFAULT_LISTENER_SETTINGS, type ListenerSettings } from '../../src/gateway/listener-settings.ts';
import type { GatewayLog } from '../../src/gateway/gateway-log.ts';
import { createCardHost } from '../../src/web/card-host.ts';
import type { IssuedCertificate } from '../authority/certificate.ts';
import { createTlsAuthority, issueServerCertificate } from '../authority/tls-authority.ts';
import { openCardWorld, type CardWorld } from '../web/support/cards.ts';
import { ASSETS, SETTINGS, openTestPortal, type Browser, type TestPortal } from '../web/support/portal.ts';

export const CARD_HOST = 'card.gateway.test';

/** What one request to the card host brought. */
export interface CardHostAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  /** The failure code on the page. */
  readonly code: string | undefined;
}

/** The portal and the card host of one gateway, each on its own port, and a world of cards. */
export interface CardHostUnderTest {
  readonly world: CardWorld;
  readonly portal: TestPortal;
  readonly listener: CardListener;
  /** What the listener was made with. */
  readonly service: CardService;
  readonly port: number;
  /** PEM of the authority that the card host's certificate is from. */
  readonly ca: string;
  readonly logged: { readonly facts: object; readonly message: string }[];
  /** The address that the portal's form leads to. */
  begin(browser: Browser, fields?: Readonly<Record<string, string>>): Promise<string>;
  /** Opens an address of the card host over a handshake of its own, with a certificate or without. */
  show(
    url: string,
    card: IssuedCertificate | null,
    fields?: Readonly<Record<string, string | string[]>>,
    from?: string,
  ): Promise<CardHostAnswer>;
  close(): Promise<void>;
}

export async function startCardHost(
  proxies: readonly CertificateProxy[] = [],
  settings: Partial<ListenerSettings> = {},
): Promise<CardHostUnderTest> {
  const world = await openCardWorld();
  const portal = await openTestPortal({
    trust: world.trust,
    cardHost: { host: CARD_HOST, origin: `https://${CARD_HOST}` },
  });
  const authority = await createTlsAuthority(new Date());
  const issued = await issueServerCertificate(authority, [CARD_HOST], new Date());
  const logged: { facts: object; message: string }[] = [];
  const keep = (facts: object, message: string): void => void logged.push({ facts, message });
  const log: GatewayLog = { info: keep, warn: keep, error: keep };
  const { context } = portal;
  const tls = {
    cert: issued.certificate.pem,
    key: issued.keyPair.privateKey.export({ type: 'pkcs8', format: 'pem' }),
  };
  const service: CardService = {
    app: createCardHost({
      context,
      settings: SETTINGS,
      assets: ASSETS,
      log: pino({ level: 'silent' }),
      peerOf: createPeerReader(proxies),
    }),
    tls,
    issuers: ['grca-g2' as const, 'moica-g2' as const].map(id => world.authority.cas[id].certificate.pem),
  };
  const listener = createCardListener({
    ...service,
    origin: `https://${CARD_HOST}`,
    randomness: context.randomness,
    log,
    settings: { ...DEFAULT_LISTENER_SETTINGS, ...settings },
  });
  const { port } = await listener.listen({ host: '127.0.0.1', port: 0 });
  const ca = authority.certificate.pem;
  return {
    world,
    portal,
    listener,
    service,
    port,
    ca,
    logged,
    async begin(browser, fields = {}) {
      const answer = await browser.postForm('/login/tls', fields).expect(303);
      return String(answer.headers['location']);
    },
    show: (url, card, fields = {}, from = '127.0.0.1') => show({ url, card, fields, from, port, ca }),
    async close() {
      await listener.close(0);
      await portal.close();
    },
  };
}

function show(asked: {
  readonly url: string;
  readonly card: IssuedCertificate | null;
  readonly fields: Readonly<Record<string, string | string[]>>;
  readonly from: string;
  readonly port: number;
  readonly ca: string;
}): Promise<CardHostAnswer> {
  const { card, ca, port } = asked;
  const { pathname, search } = new URL(asked.url);
  const identity =
    card === null
      ? {}
      : { cert: card.certificate.pem, key: card.keyPair.privateKey.export({ type: 'pkcs8', format: 'pem' }) };
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        ...{
          host: '127.0.0.1',
          localAddress: asked.from,
          port,
          servername: CARD_HOST,
          ca,
          agent: false,
          path: pathname + search,
        },
        ...identity,
        headers: { host: CARD_HOST, accept: 'text/html', ...asked.fields },
      },
      response => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const code = /<dd class="code">([a-z0-9-]+)<\/dd>/.exec(text)?.[1];
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, code });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end();
  });
}
