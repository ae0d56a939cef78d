// The service of the comparison, the same on both sides: PUT /w/<id> appends the id to a file on the shared disk and
// fsyncs it before it answers 200. Plain JavaScript, which starts in half the time. Usage: server.mjs <directory> <port>
import { closeSync, fsyncSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const [directory, port] = process.argv.slice(2);
const file = join(directory, 'ids');
const ids = openSync(file, 'a');
syncDirectory();

function syncDirectory() {
  const handle = openSync(directory, 'r');
  fsyncSync(handle);
  closeSync(handle);
}

function answer({ method, url }) {
  if (method === 'PUT' && /^\/w\/[\w-]+$/.test(url)) {
    writeSync(ids, `${url.slice(3)}\n`);
    fsyncSync(ids);
    return [200, 'written\n'];
  }
  if (method === 'GET' && url === '/ids') return [200, readFileSync(file)];
  if (method === 'GET' && url === '/') return [200, 'ready\n'];
  return [404, `no ${method} ${url}\n`];
}

const server = createServer((request, response) => {
  try {
    const [status, body] = answer(request);
    response.writeHead(status).end(body);
  } catch (error) {
    response.writeHead(503).end(`${error.code ?? error.message}\n`);
  }
});
process.on('SIGTERM', () => process.exit(0));
server.listen(Number(port), '0.0.0.0', () => {
  writeFileSync('/run/bench.pid', `${process.pid}\n`);
  process.stdout.write('ready\n');
});
