import assert from 'node:assert/strict';
import * as z from 'zod';
import { ApiError } from '../../src/api/errors.ts';
import { parsePart } from '../../src/api/parse.ts';
import { allRoutes } from '../../src/api/routes/allRoutes.ts';

const VALUES = [undefined, null, 5, 1.5, true, '', 'maybe', 'x'.repeat(9000), [], ['a', 5], {}];
/** What zod says by itself. */
const JARGON = /invalid|expected|received|option|unrecognized|too (big|small)|>=|<=|[|]/i;

function refusal(schema: z.ZodType, part: 'query' | 'body', value: unknown): ApiError | undefined {
  try {
    parsePart(schema, part, value);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof ApiError);
    return error;
  }
}

describe('what is wrong with a request', () => {
  it('is said in words, with the name of the field, whatever comes in its place', () => {
    let refused = 0;
    for (const { id, body, query } of allRoutes) {
      const parts = [
        ...(body instanceof z.ZodObject ? [['body', body] as const] : []),
        ...(query === undefined ? [] : [['query', z.object(query)] as const]),
      ];
      for (const [part, schema] of parts)
        for (const name of Object.keys(schema.shape))
          for (const value of VALUES) {
            const alone = z.object({ [name]: schema.shape[name] as z.ZodType });
            const error = refusal(alone, part, { [name]: value });
            if (error === undefined) continue;
            refused++;
            assert.ok(
              error.message.startsWith(`"${name}`) && error.message.endsWith('. Nothing was changed.'),
            );
            assert.ok(error.field?.startsWith(name), `${id}: ${error.message}`);
            assert.doesNotMatch(error.message, JARGON, id);
          }
    }
    assert.ok(refused > 100, String(refused));
  });

  it('names what was expected and what came', () => {
    const route = (id: string): z.ZodType => {
      const { body, query } = allRoutes.find(route => route.id === id) ?? assert.fail(id);
      return body ?? z.object(query);
    };
    for (const [id, value, message, field] of [
      ['executeTask', { task: 5 }, '"task" in the body: not a text but 5.', 'task'],
      ['executeTask', {}, '"task" in the body: missing.', 'task'],
      ['executeTask', undefined, 'The body: missing.', undefined],
      ['executeTask', ['x'], 'The body: not an object but a list.', undefined],
      ['updateSession', { tags: 'a' }, '"tags" in the body: not a list but a text.', 'tags'],
      ['updateSession', { tags: ['a', {}] }, '"tags.1" in the body: not a text but an object.', 'tags.1'],
      ['updateSession', { pinned: 'yes' }, '"pinned" in the body: not true or false but a text.', 'pinned'],
      [
        ...['updateSession', { titel: 'x', other: 1 }],
        ...['The body: "titel" is not known here. Known: title, tags, pinned, archived.', 'titel'],
      ],
      [
        'decideApproval',
        { decision: 'maybe' },
        '"decision" in the body: not "allow", "deny", "approve" or "reject" but "maybe".',
        'decision',
      ],
      [
        'decideApproval',
        {},
        '"decision" in the body: missing: "allow", "deny", "approve" or "reject".',
        'decision',
      ],
      [
        'decideApproval',
        { decision: 'deny', reason: 'x'.repeat(2001) },
        '"reason" in the body: more than 2000 characters.',
        'reason',
      ],
    ] as const) {
      const error = refusal(route(id), 'body', value);
      assert.deepEqual([error?.message, error?.field], [`${message} Nothing was changed.`, field]);
    }
  });
});
