// Says yes to whatever it is asked: the least that a forward-auth service can cost.
import { createServer } from 'node:http';
import { announce, portOf } from './program.ts';

const server = createServer((_request, response) => response.writeHead(204).end());
server.keepAliveTimeout = 75_000;
server.listen(0, '127.0.0.1', () => announce({ port: portOf(server.address()), cookie: '' }));
