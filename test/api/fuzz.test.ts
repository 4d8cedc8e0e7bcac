import assert from 'node:assert/strict';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { openApiDocument, openPath } from '../../src/api/openapi.ts';
import { allRoutes } from '../../src/api/routes/allRoutes.ts';
import { propertySeed } from '../support/propertySeed.ts';
import { ask, field, serveInMemory } from './support/serverFixture.ts';

type Fixture = Awaited<ReturnType<typeof serveInMemory>>;
type Schema = Readonly<Record<string, unknown>>;

interface FuzzedRequest {
  readonly operation: (typeof operations)[number];
  readonly ids: readonly (string | undefined)[];
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: string | undefined;
  readonly key: string | undefined;
}

/** In generated bodies: the id of the session that there is. */
const THE_SESSION = '@session';

const document = JSON.parse(JSON.stringify(openApiDocument(allRoutes, { exact: true }))) as Schema;
const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema(document, 'api');

const operations = allRoutes.map(({ method, path }) => ({
  method: method.toUpperCase(),
  path: openPath(path),
  described: field(document, 'paths', openPath(path), method) as Schema,
}));

/** What a schema of the document describes, ids aside, and now and then what it does not. */
function valueOf(schema: Schema): fc.Arbitrary<unknown> {
  const ref = schema['$ref'];
  if (typeof ref === 'string') return valueOf(field(document, ...ref.slice(2).split('/')) as Schema);
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]));
  if (Array.isArray(schema['anyOf'])) return fc.oneof(...(schema['anyOf'] as Schema[]).map(valueOf));
  if (schema['format'] === 'date' || schema['format'] === 'date-time')
    return fc.constantFrom('2026-01-01', '2026-01-01T12:00:00Z', '2026-13-01', '');
  if (typeof schema['pattern'] === 'string')
    return fc.oneof(
      { weight: 4, arbitrary: fc.constant(THE_SESSION) },
      { weight: 1, arbitrary: fc.string() },
    );
  switch (schema['type']) {
    case 'object': {
      const entries = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>);
      const required = (schema['required'] ?? []) as string[];
      return fc.record(Object.fromEntries(entries.map(([name, each]) => [name, valueOf(each)])), {
        requiredKeys: required,
      });
    }
    case 'array':
      return fc.array(valueOf(schema['items'] as Schema), { maxLength: 40 });
    case 'integer':
    case 'number':
      return fc.integer({ min: -2, max: 2000 });
    case 'boolean':
      return fc.boolean();
    default:
      return fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom('auto', 'direct') },
        { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
        { weight: 1, arbitrary: fc.string({ maxLength: 300 }) },
        { weight: 1, arbitrary: fc.constantFrom('', '2026-01-01', '2026-01-01T12:00:00Z') },
      );
  }
}

function bodyOf(described: Schema): fc.Arbitrary<string | undefined> {
  const schema = field(described, 'requestBody', 'content', 'application/json', 'schema') as
    Schema | undefined;
  const rubbish = fc.oneof(
    fc.json(),
    fc.string(),
    fc.constant('{"__proto__":{}}'),
    fc.constant('{"sessionId":null}'),
  );
  if (schema === undefined)
    return fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: rubbish });
  const fitting = valueOf(schema).map(value => JSON.stringify(value));
  return fc.oneof(
    { weight: 5, arbitrary: fitting },
    { weight: 2, arbitrary: rubbish },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
}

function queryOf(described: Schema): fc.Arbitrary<Record<string, unknown>> {
  const parameters = (described['parameters'] as Schema[]).filter(each => each['in'] === 'query');
  const fields = parameters.map(
    each =>
      [
        String(each['name']),
        fc.oneof(
          { weight: 5, arbitrary: valueOf(each['schema'] as Schema) },
          { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
        ),
      ] as const,
  );
  return fc.record(Object.fromEntries(fields), { requiredKeys: [] });
}

/** `undefined` stands for an id that exists. */
const idArbitrary = fc.oneof(
  { weight: 6, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.uuid({ version: 4 }) },
  { weight: 1, arbitrary: fc.string({ minLength: 1, unit: 'binary' }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('..', '.', '%00', '../../etc/passwd', 'a/b', '__proto__', 'task-00000000-0'),
  },
);

const requestArbitrary: fc.Arbitrary<FuzzedRequest> = fc.constantFrom(...operations).chain(operation =>
  fc.record({
    operation: fc.constant(operation),
    ids: fc.array(idArbitrary, { minLength: 2, maxLength: 2 }),
    query: queryOf(operation.described),
    body: bodyOf(operation.described),
    key: fc.option(fc.oneof(fc.constantFrom('one', 'no key'), fc.uuid()), { freq: 2, nil: undefined }),
  }),
);

/** What is refused where nothing runs, nothing asks and there are no files. */
const IMPOSSIBLE: readonly string[] = ['cancelTask', 'undoTask', 'decideApproval'];

describe('the API under fuzzing', () => {
  let fixture: Fixture;
  let sessionId: string;
  let taskId: string;

  before(async () => {
    fixture = await serveInMemory();
    const { body } = await ask(fixture, 'POST', '/agent/execute', { body: { task: 'x' } });
    [sessionId, taskId] = [String(field(body, 'sessionId')), String(field(body, 'taskId'))];
  });
  after(() => fixture.close());

  const eventCount = (): number => {
    let count = 0;
    for (const { records, trashed } of fixture.manager.store.sessions.values())
      count += records.length * 2 + Number(trashed);
    return count;
  };

  it('answers as documented, never with 500, and does nothing when it refuses', async function () {
    this.timeout(300_000);
    const statuses = new Map<string, number>();
    const property = fc.asyncProperty(requestArbitrary, async ({ operation, ids, query, body, key }) => {
      const { method, path, described } = operation;
      const filled = [...path.matchAll(/\{(\w+)\}/g)].reduce((text, [place, name], index) => {
        const known = name === 'sessionId' ? sessionId : name === 'taskId' ? taskId : 'approval-1';
        return text.replace(place, encodeURIComponent((ids[index] ?? known).toWellFormed()));
      }, path);
      const search = new URLSearchParams(
        Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
      );
      const isRestoring = described['operationId'] === 'restoreSession';
      if (isRestoring) await fixture.host.sessions.deleteSession(sessionId);
      const before = eventCount();
      const controller = new AbortController();
      const response = await fetch(`${fixture.server.url}${filled}?${search.toString()}`, {
        method,
        headers: {
          Authorization: `Bearer ${fixture.server.tokens.full}`,
          ...(body !== undefined && method !== 'GET' && { 'Content-Type': 'application/json' }),
          ...(key !== undefined && { 'Idempotency-Key': key }),
        },
        ...(body !== undefined &&
          method !== 'GET' && { body: body.toWellFormed().replaceAll(THE_SESSION, sessionId) }),
        signal: controller.signal,
      });
      const { status } = response;
      const type = response.headers.get('content-type') ?? '';
      const isEndless = described['operationId'] === 'followSession' && status === 200;
      const text = isEndless ? '' : await response.text();
      controller.abort();

      // An address with dots names another route, whose documentation it then follows.
      const isOther = new URL(response.url).pathname !== filled;
      const about = `${method} ${filled} ${String(body)} -> ${String(status)} ${text.slice(0, 300)}`;
      assert.ok(status < 500, about);
      if (status >= 400) assert.equal(eventCount(), before, `${about} had an effect`);
      if (status === 204 || (isRestoring && status !== 200))
        await fixture.host.sessions.restoreSession(sessionId);
      if (isOther) return;
      const shape = field(described, 'responses', String(status));
      assert.ok(shape !== undefined, `not documented: ${about}`);
      const contents = Object.entries((field(shape, 'content') ?? {}) as Record<string, { schema: Schema }>);
      const content = contents.find(([name]) => type.startsWith(name));
      if (contents.length === 0) assert.equal(text, '', about);
      else {
        assert.ok(content !== undefined, `${type}: ${about}`);
        const ref = content[1].schema['$ref'];
        if (typeof ref === 'string') {
          const validate = ajv.getSchema(`api${ref}`);
          assert.ok(validate?.(JSON.parse(text)), `${JSON.stringify(validate?.errors)}: ${about}`);
        }
      }
      const count = `${String(described['operationId'])} ${String(status)}`;
      statuses.set(count, (statuses.get(count) ?? 0) + 1);
    });
    const runs = Number(process.env['FUZZ_RUNS'] ?? 1500);
    console.log(`      ${String(runs)} requests, PROPERTY_SEED=${String(propertySeed)}`);
    await fc.assert(property, { numRuns: runs, endOnFailure: true });
    const refused = operations
      .map(({ described }) => String(described['operationId']))
      .filter(id => !['200', '201', '204'].some(ok => statuses.has(`${id} ${ok}`)));
    assert.deepEqual(
      refused.filter(id => !IMPOSSIBLE.includes(id)),
      [],
      'every other operation was carried out',
    );
    const accepted = operations.length - refused.length;
    console.log(
      `      ${String(statuses.size)} kinds of answers; accepted: ${String(accepted)} of ${String(operations.length)} operations`,
    );
  });
});
