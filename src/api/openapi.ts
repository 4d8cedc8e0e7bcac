import * as z from 'zod';
import { problemCodes, statusOf } from './errors.ts';
import type { AnswerShape, Fields, Route } from './route.ts';
import { problemSchema } from './schemas/problemSchema.ts';
import { registry } from './schemas/registry.ts';

type Json = Readonly<Record<string, unknown>>;

const DESCRIPTION =
  'The sessions and tasks of one folder. Send the token that `coding-agent token` prints as `Authorization: Bearer TOKEN`. ' +
  'Clients pass over fields and events that they do not know.';
const STRING = { type: 'string' };

export interface OpenApiOptions {
  /** Whether answers hold exactly the fields that are described: for tests. Clients must bear more. */
  readonly exact?: boolean;
}

/** The routes as OpenAPI 3.1, from the schemas that check their requests. */
export function openApiDocument(routes: readonly Route[], { exact = false }: OpenApiOptions = {}): Json {
  const paths = Map.groupBy(routes, route => openPath(route.path));
  return {
    openapi: '3.1.0',
    info: { title: 'Coding Agent Sessions', version: '1', description: DESCRIPTION },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    tags: tagsOf(routes),
    paths: Object.fromEntries(
      [...paths].map(([path, known]) => [
        path,
        Object.fromEntries(known.map(route => [route.method, operation(route)])),
      ]),
    ),
    components: {
      schemas: components(exact),
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  };
}

export function openPath(path: string): string {
  return path.replace(/:(\w+)/g, '{$1}');
}

function tagsOf(routes: readonly Route[]): Json[] {
  return [...new Set(routes.map(tagOf))].map(name => ({ name }));
}

/** The group of a route: its first path segment. */
function tagOf({ path }: Route): string {
  return path.split('/')[1] ?? '';
}

function operation(route: Route): Json {
  const { id, summary, description, scope, body } = route;
  const needs = scope === null ? 'Needs no token.' : `Needs the scope \`${scope}\`.`;
  return {
    operationId: id,
    tags: [tagOf(route)],
    summary,
    description: description === undefined ? needs : `${description} ${needs}`,
    ...(scope === null && { security: [] }),
    parameters: [
      ...parameters(route.params, 'path'),
      ...parameters(route.query, 'query'),
      ...(route.idempotent === true ? [idempotencyKey] : []),
    ],
    ...(body !== undefined && {
      requestBody: { required: route.bodyOptional !== true, content: jsonOf(body) },
    }),
    responses: responses(route),
  };
}

const idempotencyKey: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'Whatever bears the same key within a day is carried out once, also over a restart of the server.',
  schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,255}$' },
};

function parameters(fields: Fields | undefined, place: 'path' | 'query'): Json[] {
  return Object.entries(fields ?? {}).map(([name, field]) => {
    const { $schema: _schema, description, ...schema } = z.toJSONSchema(field, { io: 'output' });
    const required = place === 'path' || !field.safeParse(undefined).success;
    return { name, in: place, required, ...(description !== undefined && { description }), schema };
  });
}

function responses(route: Route): Json {
  return Object.fromEntries([
    ...Object.entries(route.answers).map(([status, shape]) => [status, response(shape)] as const),
    ...problemStatuses(route).map(status => [String(status), problemResponse(status)] as const),
  ]);
}

function response({ description, schema, type }: AnswerShape): Json {
  const types = Object.fromEntries([type ?? []].flat().map(name => [name, { schema: STRING }]));
  const content = { ...(schema !== undefined && jsonOf(schema)), ...types };
  return { description, ...(Object.keys(content).length > 0 && { content }) };
}

/** What a route may refuse with: the head of the request, who sent it, what it names, what it carries, and the storage. */
function problemStatuses({ scope, params, body, method, idempotent }: Route): number[] {
  const guarded = scope === null ? [] : [401, 503];
  const named = params === undefined ? [] : [404, 409];
  const carried = body === undefined ? [] : [413, 404];
  const changes = method === 'get' ? [] : [409, 507];
  const keyed = idempotent === true ? [422] : [];
  const all = [400, 403, 415, ...guarded, ...named, ...carried, ...changes, ...keyed];
  return [...new Set(all)].sort((a, b) => a - b);
}

function problemResponse(status: number): Json {
  const codes = problemCodes.filter(code => statusOf(code) === status);
  return {
    description: codes.map(code => `\`${code}\``).join(', '),
    content: { 'application/problem+json': { schema: refTo(problemSchema) } },
  };
}

function jsonOf(schema: z.ZodType): Json {
  return { 'application/json': { schema: refTo(schema) } };
}

function refTo(schema: z.ZodType): Json {
  const id = registry.get(schema)?.id;
  if (id === undefined) throw new Error('A schema of the API has no name.');
  return { $ref: `#/components/schemas/${id}` };
}

function components(exact: boolean): Json {
  const { schemas } = z.toJSONSchema(registry, {
    uri: id => `#/components/schemas/${id}`,
    io: exact ? 'output' : 'input',
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _schema, $id: _id, ...schema }]) => [id, schema]),
  );
}
