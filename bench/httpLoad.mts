import { connect } from 'node:net';

/**
 * How long `requests` GETs take over `connections` kept connections, one at a time on each, in milliseconds. Plain
 * sockets and as little work as possible here, so that the servers are what is measured. Every answer must have the
 * length of the first.
 */
export async function httpLoad(url: string, requests: number, connections = 8): Promise<number> {
  const { hostname, port, pathname, search } = new URL(url);
  const head = `GET ${pathname}${search} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n\r\n`;
  const each = Math.ceil(requests / connections);
  const start = performance.now();
  await Promise.all(Array.from({ length: connections }, () => ask(hostname, Number(port), head, each)));
  return performance.now() - start;
}

function ask(host: string, port: number, head: string, count: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, host);
    let left = count;
    let received = 0;
    let expected: number | undefined;
    let first = Buffer.alloc(0);
    socket.setNoDelay(true);
    socket.on('error', reject);
    socket.on('connect', () => socket.write(head));
    socket.on('data', chunk => {
      received += chunk.length;
      if (expected === undefined) {
        first = Buffer.concat([first, chunk]);
        expected = lengthOf(first);
      }
      if (expected === undefined || received < expected) return;
      received = 0;
      expected = undefined;
      first = Buffer.alloc(0);
      if (--left > 0) {
        socket.write(head);
        return;
      }
      socket.destroy();
      resolve();
    });
  });
}

/** Of a whole answer, once its head is there. */
function lengthOf(answer: Buffer): number | undefined {
  const end = answer.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = answer.toString('latin1', 0, end);
  if (!head.startsWith('HTTP/1.1 200')) throw new Error(`Not answered: ${head}`);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (length === undefined) throw new Error('An answer without a length.');
  return end + 4 + Number(length);
}
