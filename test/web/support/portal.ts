import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import request from 'supertest';
import { APPLICANT_TICKET_MS, type ApplicantTicket } from '../../../src/applications/applicant-ticket.ts';
import type { GatewayContext } from '../../../src/flows/gateway-context.ts';
import { createPortal } from '../../../src/web/app.ts';
import { hashSecret } from '../../../src/sessions/challenge.ts';
import { loadAssets, type Assets } from '../../../src/web/assets.ts';
import { PORTAL_COOKIE } from '../../../src/web/browser-session.ts';
import type { PortalSettings } from '../../../src/web/portal-settings.ts';
import { createTlsAuthority, issueServerCertificate } from '../../authority/tls-authority.ts';
import {
  openTestContext,
  type TestContext,
  type TestContextOptions,
  type TestLogin,
} from '../../support/gateway-context.ts';

export const SETTINGS: PortalSettings = {
  agency: {
    name: '經濟部',
    nameEn: 'Ministry of Economic Affairs',
    product: '商工e網通',
    productEn: 'Business e-Services',
    door: '業務帳號認證閘道',
    doorEn: 'Business Account Gateway',
  },
  ownershipNotice: {
    zh: '本資料為經濟部專有之財產（示範）。',
    en: 'The information contained herein is the exclusive property of MOEA (demo).',
  },
  helpDesk: {
    phone: '02-0000-0000',
    hours: { zh: '上班日 08:30–17:30（示範）', en: 'working days 08:30–17:30 (demo)' },
  },
  version: '0.0.0-test',
  component: {
    origin: 'http://localhost:61161',
    minimumVersion: { windows: '1.3.4.103328', mac: '1.3.4.13', linux: '1.3.4.3' },
    outdated: 'warn',
  },
  citizenCertificate: {
    home: 'https://moica.nat.gov.tw/',
    unblock: 'https://moica.nat.gov.tw/unblockcard.html',
    componentDownload: 'https://moica.nat.gov.tw/rac_plugin.html',
  },
  session: { lifetimeMs: 12 * 3_600_000 },
  rulesOfUse: {
    version: '1.1',
    securityPolicy: { url: 'https://www.example.gov.tw/policy', version: '3.0' },
    references: [
      { id: 'B-06-01', zh: '存取控制管理規範', en: 'Access control rules' },
      { id: 'C-06-03', zh: '工商憑證系統存取管理工作指導書', en: 'Work instruction' },
    ],
  },
  deputyMaxDays: 90,
};

const COOKIE_SECRET = 'a-secret-for-tests-only';

export const ASSETS = loadAssets(new URL('../../../src/web/assets/', import.meta.url));

export type Agent = ReturnType<typeof request.agent>;

/** The real portal on its own HTTPS server, with a real context behind it. */
export interface TestPortal extends TestContext {
  readonly server: Server;
  readonly origin: string;
  /** Everything that was logged, a JSON object a line. */
  readonly log: readonly string[];
  /** A browser: keeps cookies, sends our Origin with unsafe methods. */
  browser(): Browser;
  /** The cookie of a browser in which the person, or another, is logged in. */
  logIn(login?: TestLogin): Promise<string>;
  /** The cookie of a browser in which somebody without an account has signed with his card. */
  applyWith(ticket: ApplicantTicket): Promise<string>;
}

export interface Browser {
  get(path: string): request.Test;
  postJson(path: string, body: object): request.Test;
  postForm(path: string, fields: Readonly<Record<string, string>>): request.Test;
  readonly agent: Agent;
}

export interface TestPortalOptions extends Omit<TestContextOptions, 'base'> {
  /** Makes the portal reachable for a browser below this domain, at the port it really has. */
  readonly domain?: string;
  readonly assets?: Assets;
  /** Loopback address to listen at, other than 127.0.0.1. */
  readonly listenAt?: string;
  readonly componentOrigin?: string;
  readonly outdatedComponent?: 'warn' | 'refuse';
  readonly systems?: (base: { readonly domain: string; readonly port: number }) => GatewayContext['systems'];
}

export async function openTestPortal(options: TestPortalOptions = {}): Promise<TestPortal> {
  const server = createServer();
  server.listen(0, options.listenAt ?? '127.0.0.1');
  await once(server, 'listening');
  const base = options.domain === undefined ? undefined : { domain: options.domain, port: portOf(server) };
  const world = await openTestContext({ ...options, ...(base === undefined ? {} : { base }) });
  const systems = base === undefined ? undefined : options.systems?.(base);
  const context = { ...world.context, ...(systems === undefined ? {} : { systems }) };
  const { host, origin } = context.portal;

  const log: string[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      log.push(chunk.toString('utf8'));
      done();
    },
  });
  const component = {
    ...SETTINGS.component,
    origin: options.componentOrigin ?? SETTINGS.component.origin,
    outdated: options.outdatedComponent ?? SETTINGS.component.outdated,
  };
  const app = createPortal({
    context,
    settings: { ...SETTINGS, component },
    log: pino({ level: 'debug' }, sink),
    cookieSecret: COOKIE_SECRET,
    assets: options.assets ?? ASSETS,
  });
  const now = new Date();
  const issued = await issueServerCertificate(await createTlsAuthority(now), [host], now);
  const key = issued.keyPair.privateKey.export({ type: 'pkcs8', format: 'pem' });
  server.setSecureContext({ cert: issued.certificate.pem, key });
  server.on('request', app);
  return {
    ...world,
    context,
    server,
    origin,
    log,
    browser: () => openBrowser(server, origin),
    async logIn(login) {
      const { portalCookie: id } = await world.openSession(login);
      return keepCookie(context, id, { openedAtMs: 1, loggedInAtMs: 1 });
    },
    async applyWith(ticket) {
      const id = randomBytes(32).toString('base64url');
      const until = new Date(context.clock.now().getTime() + APPLICANT_TICKET_MS);
      await context.ephemeral.put('applicant', hashSecret(id), ticket, until);
      return keepCookie(context, id, { openedAtMs: 1 });
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      await world.close();
    },
  };
}

/** As the portal does: an hour longer than the login, to tell why it is over. */
const RECORD_MS = SETTINGS.session.lifetimeMs + 3_600_000;

/** Keeps a browser's record at the portal, and makes the cookie that leads to it. */
async function keepCookie(context: GatewayContext, id: string, state: object): Promise<string> {
  const until = new Date(context.clock.now().getTime() + RECORD_MS);
  await context.sessions.browserSessions.save(hashSecret(id), JSON.stringify(state), until);
  const signature = createHmac('sha256', COOKIE_SECRET).update(id).digest('base64').replace(/=+$/, '');
  return `${PORTAL_COOKIE}=${encodeURIComponent(`s:${id}.${signature}`)}`;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The portal does not listen.');
  return address.port;
}

function openBrowser(server: Server, origin: string): Browser {
  // The certificate names the portal's host; the test reaches it by its loopback address.
  const agent = request.agent(server).disableTLSCerts();
  return {
    agent,
    get: path => agent.get(path).set('Accept', 'text/html').set('Sec-Fetch-Mode', 'navigate'),
    postJson: (path, body) => agent.post(path).set('Origin', origin).set('Accept', 'application/json').send(body),
    postForm: (path, fields) =>
      agent
        .post(path)
        .set('Origin', origin)
        .set('Accept', 'text/html')
        .type('form')
        .send({ ...fields }),
  };
}

/** The named cookies that an answer sets, as whole Set-Cookie fields. */
export function setCookies(response: request.Response): string[] {
  const field: unknown = response.headers['set-cookie'];
  return Array.isArray(field) ? field.map(String) : [];
}

/** The value of the portal's cookie as this answer sets it. */
export function portalCookie(response: request.Response): string | undefined {
  return setCookies(response)
    .map(field => /^__Host-gw-portal=([^;]*)/.exec(field)?.[1])
    .find(value => value !== undefined);
}
