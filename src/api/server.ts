import { createServer, type Server } from 'node:http';
import { isIPv6, type Socket } from 'node:net';
import { join } from 'node:path';
import { invalidInput, messageOf, SessionError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { EndpointFile } from '../host/endpointFile.ts';
import type { Host, UserProfile } from '../host/host.ts';
import { fileNameFor } from '../host/profileFile.ts';
import { type ListenAddress, listenAddress } from './addresses.ts';
import { admitRequests } from './admitRequests.ts';
import { Authenticator, createTokens, type Tokens } from './auth.ts';
import { answerBrokenRequest } from './brokenRequest.ts';
import { Connections } from './connections.ts';
import { EventStreams } from './eventStreams.ts';
import { Gate } from './gate.ts';

const DEFAULT_PORT = 3000;
const DEFAULT_HOST = '127.0.0.1';
const MAX_CONNECTIONS = 1000;
const MAX_HEADER_BYTES = 16 * 1024;
/** Milliseconds that a client gets for a request's head, and for all of it. */
const HEAD_MS = 10_000;
const REQUEST_MS = 30_000;
const KEEP_ALIVE_MS = 5000;
const HEARTBEAT_MS = 15_000;
/** What running requests get for their answers when the server stops. */
const GRACE_MS = 2000;

export interface ServerOptions {
  /** 3000 when not given; 0: any free one. */
  readonly port?: number | undefined;
  /** An address of this machine, or `localhost`; 127.0.0.1 when not given. */
  readonly host?: string | undefined;
  /** `false`: no token is needed to look and to run, on loopback only. */
  readonly auth?: boolean | undefined;
  readonly profile: UserProfile;
  readonly logger: Logger;
  /** Where programs find the server, the first that serves; the user's runtime folder when not given. */
  readonly runtimeFolders?: readonly string[] | undefined;
  /** Milliseconds between signs of life on event streams. */
  readonly heartbeatMs?: number | undefined;
  /** Milliseconds that a client gets for the head of a request; 10,000 when not given. */
  readonly headTimeoutMs?: number | undefined;
}

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  /** The 0600 file that holds the tokens. */
  readonly endpointFile: string;
  readonly tokens: Tokens;
  /** How many connections and event streams are open. */
  readonly load: { readonly connections: number; readonly streams: number };
  /** Stops listening, ends event streams, gives running requests two seconds for their answers. Tasks run on. Never rejects. */
  close(): Promise<void>;
}

/** Serves a host over HTTP. The caller closes the server, and the host itself. */
export async function startServer(host: Host, options: ServerOptions): Promise<RunningServer> {
  const { profile, logger } = options;
  const place = listenAddress(options.host ?? DEFAULT_HOST);
  const auth = options.auth ?? true;
  if (!auth && !place.isLoopback)
    throw invalidInput(
      'host',
      'Without tokens only this machine itself may be served. Leave out --no-auth or --host.',
    );

  const tokens = createTokens();
  const authenticator = new Authenticator(tokens, auth ? undefined : ['read', 'run']);
  const streams = new EventStreams({
    ...{ sessions: host.sessions, logger, heartbeatMs: options.heartbeatMs ?? HEARTBEAT_MS },
  });
  const keyFolder = join(profile.state, 'idempotency', fileNameFor(host.root).replace('.json', ''));
  const connections = new Connections(MAX_CONNECTIONS);
  const server = createHttpServer(options.headTimeoutMs ?? HEAD_MS);
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
  });
  server.on('clientError', answerBrokenRequest);
  const port = await listen(server, place, options.port ?? DEFAULT_PORT).catch((error: unknown) => {
    streams.dispose();
    throw error;
  });
  const gate = new Gate({ names: place.names, port, authenticator });
  admitRequests(server, {
    ...{ gate, connections },
    load: async () => {
      const { createRequestListener } = await import('./requestListener.ts');
      return createRequestListener({ host, streams, keyFolder, logger });
    },
  });

  const url = `http://${isIPv6(place.address) ? `[${place.address}]` : place.address}:${String(port)}`;
  const endpoint = new EndpointFile({ profile, folders: options.runtimeFolders });
  const endpointFile = await endpoint.write({ root: host.root, url, tokens }).catch((error: unknown) => {
    streams.dispose();
    server.close();
    throw error;
  });

  let closing: Promise<void> | undefined;
  return {
    ...{ url, port, tokens, endpointFile },
    get load() {
      return { connections: connections.size, streams: streams.size };
    },
    close: () => (closing ??= close()),
  };

  async function close(): Promise<void> {
    await endpoint.remove().catch((error: unknown) => {
      logger.warn(`The file of this server stays behind: ${messageOf(error)}`);
    });
    const closed = new Promise<void>(resolve =>
      server.close(() => {
        resolve();
      }),
    );
    streams.dispose();
    server.closeIdleConnections();
    const timer = setTimeout(() => {
      connections.destroyAll();
    }, GRACE_MS);
    await closed;
    clearTimeout(timer);
  }
}

function createHttpServer(headTimeoutMs: number): Server {
  return createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: headTimeoutMs,
    requestTimeout: REQUEST_MS,
    connectionsCheckingInterval: 1000,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // The gate answers, in its own words.
    requireHostHeader: false,
  });
}

/** Resolves with the port. */
function listen(server: Server, { address }: ListenAddress, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const place = `port ${String(port)} of ${address}`;
      const reasons: Readonly<Record<string, string>> = {
        EADDRINUSE: 'Another program listens there. Choose another port (0: any that is free).',
        EACCES: 'This user may not. Choose a port from 1024 on (0: any that is free).',
        EADDRNOTAVAIL: 'That is no address of this machine.',
      };
      const why = reasons[error.code ?? ''] ?? `${error.message}.`;
      reject(new SessionError('conflict', `Cannot listen on ${place}. ${why}`, { cause: error }));
    });
    server.listen({ host: address, port }, () => {
      const bound = server.address();
      resolve(typeof bound === 'object' && bound !== null ? bound.port : port);
    });
  });
}
