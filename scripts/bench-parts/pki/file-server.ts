// Serves the files of one folder on loopback and tells the parent where; ends with the parent.
import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import { basename, join } from 'node:path';

const folder = process.argv[2] ?? '.';
const server = createServer((request, response) => {
  const file = createReadStream(join(folder, basename(request.url ?? '')));
  file.on('error', error => response.writeHead(404).end(error.message));
  file.pipe(response);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.(`http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`);
});
process.on('disconnect', () => process.exit());
