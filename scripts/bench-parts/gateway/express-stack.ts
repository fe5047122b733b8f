// What is usually put together for this: Express, express-session in memory, http-proxy-middleware.
import express, { type Request, type Response } from 'express';
import session from 'express-session';
import { createProxyMiddleware } from 'http-proxy-middleware';
import { Agent } from 'node:http';
import { createServer } from 'node:https';
import { Agent as Client, request } from 'undici';
import { DEFAULT_LISTENER_SETTINGS } from '../../../src/gateway/listener-settings.ts';
import { httpOptions, tlsContextOptions } from '../../../src/gateway/tls-server-options.ts';
import { announce, portOf, readTask } from './program.ts';

const { upstream, tls } = readTask();
const app = express();
app.use(session({ secret: 'of the bench', resave: false, saveUninitialized: false, cookie: { secure: true } }));
app.get('/log-in', (request, response) => {
  Object.assign(request.session, { account: 'demo.clerk' });
  response.sendStatus(204);
});
app.use((request, response, next) => {
  const account: unknown = Reflect.get(request.session, 'account');
  if (typeof account !== 'string') {
    response.sendStatus(401);
    return;
  }
  request.headers['x-account'] = account;
  next();
});
app.use(createProxyMiddleware<Request, Response>({ target: upstream, agent: new Agent({ keepAlive: true }) }));

const server = createServer(
  { ...tlsContextOptions(tls), ...httpOptions(DEFAULT_LISTENER_SETTINGS), requestTimeout: 0 },
  app as Parameters<typeof createServer>[1],
);
server.listen(0, '127.0.0.1', () => void logIn(portOf(server.address())));

async function logIn(port: number): Promise<void> {
  const client = new Client({ connect: { ca: tls.cert, rejectUnauthorized: false } });
  const answer = await request(`https://127.0.0.1:${port}/log-in`, { dispatcher: client });
  const field = answer.headers['set-cookie'];
  const cookie = (typeof field === 'string' ? field : (field?.[0] ?? '')).split(';')[0] ?? '';
  await client.close();
  announce({ port, cookie });
}
