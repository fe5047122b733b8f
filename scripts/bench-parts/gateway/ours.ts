// The gateway as a process of its own: its real listener, stores and assertion over a person who is logged in.
import { DEFAULT_LISTENER_SETTINGS } from '../../../src/gateway/listener-settings.ts';
import { createPublicListener } from '../../../src/gateway/public-listener.ts';
import { openTestContext } from '../../../test/support/gateway-context.ts';
import { NO_PAGES } from './no-pages.ts';
import { announce, readTask } from './program.ts';

const { upstream, tls, database } = readTask();
const test = await openTestContext({
  upstreams: { company: upstream },
  ...(database === undefined ? {} : { database: { kind: 'postgresql', url: database } }),
});
const log = (facts: object, message: string): void => console.error(message, facts);
const listener = createPublicListener({
  context: test.context,
  portal: (_request, response) => response.end(),
  pages: NO_PAGES,
  tls,
  log: { info: log, warn: log, error: log },
  settings: DEFAULT_LISTENER_SETTINGS,
});
const { port } = await listener.listen({ host: '127.0.0.1', port: 0 });
const session = await test.openSession();
announce({ port, cookie: `__Host-gw=${await session.cookieFor('company')}` });
