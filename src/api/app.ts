import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '../core/logger.ts';
import { sendAnswer, sendError } from './answer.ts';
import type { Scope } from './auth.ts';
import { checkBodyHead, readJson } from './body.ts';
import { ApiError } from './errors.ts';
import { queryValues } from './parse.ts';
import type { Route, Services } from './route.ts';

/** What the server knows of a request before it is routed. */
export interface Bindings {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly scopes: readonly Scope[];
  /** Told right before the body is read: a client that waits for a go-ahead gets it. */
  readonly beforeBody: () => void;
  /** Told when the request is there as a whole. */
  readonly afterBody: () => void;
}

type AppContext = Context<{ Bindings: Bindings }>;

/** Routes requests that were admitted. Every answer goes out here. */
export function createApp(
  routes: readonly Route[],
  services: Services,
  logger: Logger,
): Hono<{ Bindings: Bindings }> {
  const app = new Hono<{ Bindings: Bindings }>();
  for (const entry of routes)
    app.on(entry.method.toUpperCase(), entry.path, context => answer(context, entry, services, logger));
  const methods = Map.groupBy(routes, entry => entry.path);
  for (const [path, known] of methods) {
    const allowed = known.map(entry => entry.method.toUpperCase());
    const Allow = [...allowed, ...(allowed.includes('GET') ? ['HEAD'] : [])].join(', ');
    app.all(path, context =>
      refuse(context, new ApiError('method_not_allowed', `Possible here: ${Allow}.`, { headers: { Allow } })),
    );
  }
  app.notFound(context => refuse(context, new ApiError('not_found', 'There is nothing at this address.')));
  app.onError((error, context) => {
    logger.error('A request failed.', error);
    return refuse(context as AppContext, error);
  });
  return app;
}

async function answer(
  context: AppContext,
  route: Route,
  services: Services,
  logger: Logger,
): Promise<Response> {
  const { incoming, outgoing, scopes, beforeBody, afterBody } = context.env;
  const gone = new AbortController();
  const leave = (): void => {
    if (!outgoing.writableFinished) gone.abort();
  };
  outgoing.once('close', leave);
  try {
    if (route.scope !== null && !scopes.includes(route.scope))
      throw new ApiError('forbidden', `This needs a token with the scope "${route.scope}".`);
    checkBodyHead(incoming);
    beforeBody();
    const body = await readJson(incoming);
    afterBody();
    const query = queryValues(new URL(context.req.url).searchParams);
    const call = { request: incoming, params: context.req.param(), query, body, disconnected: gone.signal };
    await sendAnswer(incoming, outgoing, await route.handle(services, call));
  } catch (error) {
    const { code } = sendError(incoming, outgoing, error);
    const expected = gone.signal.aborted || (code !== 'internal' && !code.startsWith('storage_'));
    if (!expected) logger.error(`${route.id} failed.`, error);
  } finally {
    outgoing.off('close', leave);
  }
  return RESPONSE_ALREADY_SENT;
}

function refuse(context: AppContext, error: unknown): Response {
  sendError(context.env.incoming, context.env.outgoing, error);
  return RESPONSE_ALREADY_SENT;
}
