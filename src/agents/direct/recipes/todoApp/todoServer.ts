/** `server.js` */
export const serverModule = String.raw`import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname } from 'node:path';

const root = new URL('./', import.meta.url);
const types = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};

/** A server for the files of the page and nothing else. */
export function createAppServer() {
  return createServer((request, response) => {
    respond(request, response).catch(() => send(response, 500, 'The file could not be read.'));
  });
}

async function respond(request, response) {
  if (request.method !== 'GET' && request.method !== 'HEAD') return send(response, 405, 'Only GET is allowed.');
  const path = new URL(request.url, 'http://localhost').pathname;
  const file = path === '/' ? '/index.html' : path;
  if (!/^\/(index\.html|style\.css|src\/\w+\.js)$/.test(file)) return send(response, 404, 'Not found.');
  try {
    send(response, 200, await readFile(new URL('.' + file, root)), types[extname(file)]);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    send(response, 404, 'Not found.');
  }
}

function send(response, status, body, type = 'text/plain; charset=utf-8') {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}
`;

/** `start.js` */
export const startModule = `import { createAppServer } from './server.js';

const port = Number(process.env.PORT ?? 3000);
const server = createAppServer();

server.on('error', (error) => {
  const reason = error.code === 'EADDRINUSE' ? 'Port ' + port + ' is in use. Set PORT to another one.' : error.message;
  console.error(reason);
  process.exitCode = 1;
});

// Only this computer can reach it.
server.listen(port, '127.0.0.1', () => {
  console.log('Todo app: http://localhost:' + server.address().port);
});
`;
