// The listener for proxies that ask, as a process of its own, over a person who is logged in.
import { createForwardAuthListener } from '../../../src/gateway/forward-auth/forward-auth-listener.ts';
import { openTestContext } from '../../../test/support/gateway-context.ts';
import { NO_PAGES } from './no-pages.ts';
import { announce, readTask } from './program.ts';

const { database } = readTask();
const test = await openTestContext(database === undefined ? {} : { database: { kind: 'postgresql', url: database } });
const log = (facts: object, message: string): void => console.error(message, facts);
const listener = createForwardAuthListener({
  context: test.context,
  pages: NO_PAGES,
  peers: [{ address: '127.0.0.1', dialect: 'nginx' }],
  trustedProxies: [],
  tls: undefined,
  log: { info: log, warn: log, error: log },
});
const { port } = await listener.listen({ host: '127.0.0.1', port: 0 });
const session = await test.openSession();
announce({ port, cookie: `__Host-gw=${await session.cookieFor('company')}` });
