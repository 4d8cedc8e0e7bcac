import assert from 'node:assert/strict';
import { planVersionsOf } from '../../src/core/report/planVersions.ts';
import { taskReport, type TaskReportInput } from '../../src/core/report/taskReport.ts';
import type { AgentTask } from '../../src/core/task.ts';
import type { ToolCall } from '../../src/core/toolCall.ts';

const at = new Date('2026-01-02T03:04:05.000Z');
const sessionId = 'aaaaaaaa-1111-4111-8111-111111111111';

const task: AgentTask = {
  ...{ id: 'task-1', sessionId, type: 'code', description: 'Create a button\nwith a label' },
  ...{ status: 'completed', createdAt: at, updatedAt: at, startedAt: at, endedAt: at, origin: 'person' },
  ...{ agent: 'model', model: 'some-model', attempt: 1, executionTime: 1234, commits: ['abc123'] },
  ...{ checkpoint: null, unsupervised: false, result: { summary: 'The button is there.' } },
  usage: { inputTokens: 100, outputTokens: null, cost: 0.0123 },
  filesChanged: [
    { path: 'src/new.ts', from: 'src/old.ts', kind: 'renamed', added: 2, removed: 1 },
    { path: 'logo.png', kind: 'added' },
  ],
  verification: {
    ...{ command: 'npm test', exitCode: 0, outputHash: 'f'.repeat(64), tree: null },
    ...{ at, passed: true },
  },
  plan: {
    ...{ id: 'plan-1', taskId: 'task-1', sessionId, version: 2 },
    steps: [{ id: 's1', title: 'Write it', status: 'completed', detail: 'one file' }],
  },
};
const call: ToolCall = {
  ...{ id: 'c1', taskId: 'task-1', stepId: 's1', tool: 'run_command', input: { command: 'npm test' } },
  ...{ status: 'completed', requestedAt: at, exitCode: 0, duration: 900 },
  decision: { allowed: true, by: 'person', scope: 'once' },
  output: { bytes: 12, tail: '\u001b[32mok\u001b[0m 1 test\n' },
};
const input: TaskReportInput = {
  ...{ task, session: { sessionId, title: 'Buttons' }, toolCalls: [call] },
  planVersions: [
    { version: 1, at: at.toISOString(), steps: [{ id: 's0', title: 'Think', status: 'pending' }] },
    { version: 2, at: at.toISOString(), steps: [{ id: 's1', title: 'Write it', status: 'pending' }] },
  ],
  diffs: [{ path: 'src/new.ts', text: '--- a/src/old.ts\n+++ b/src/new.ts\n@@ -1 +1 @@\n-a\n+b\n' }],
};

describe('the report of a task', () => {
  it('has prompt, plan with its versions, steps, approvals, diffs, verification and cost', () => {
    const report = taskReport(input);
    const headings = report.split('\n').filter(line => line.startsWith('#'));
    assert.deepEqual(headings, [
      '# `Create a button`',
      ...['## Prompt', '## Result', '## Plan', '### Version 1, 2026-01-02T03:04:05.000Z', '## Steps'],
      ...['## Approvals', '## Changes', '## Commits', '## Verification', '## Cost'],
    ]);
    for (const part of [
      '```text\nCreate a button\nwith a label\n```',
      'Version 2, which replaced 1:\n\n1. `Write it` — completed: `one file`',
      '1. `Think`',
      '- `$ npm test` (step 1) — completed, exit 0, 900 ms\n\n  ```text\n  ok 1 test\n  ```',
      '- `$ npm test` allowed by person (once)',
      '- `src/old.ts` → `src/new.ts` — renamed, +2 −1\n- `logo.png` — added\n',
      '```diff\n--- a/src/old.ts\n',
      '- `npm test` — passed, exit 0',
      '- Tokens in: 100\n- Tokens out: unknown\n- Cost: $0.0123',
    ])
      assert.ok(report.includes(part), `${part}\nis missing in\n${report}`);
  });

  it('leaves out what there is not, and says why a task failed', () => {
    const { plan: _plan, result: _result, ...bare } = task;
    const failed: AgentTask = {
      ...{ ...bare, status: 'failed', reason: 'error', errorCode: 'exit_code', error: 'It broke.' },
      ...{ filesChanged: [], commits: [], verification: null, usage: null, executionTime: null },
    };
    const report = taskReport({
      ...input,
      task: failed,
      toolCalls: [],
      planVersions: [],
      diffs: null,
      level: 3,
    });
    const headings = report.split('\n').filter(line => line.startsWith('#'));
    assert.deepEqual(headings, ['### `Create a button`', '#### Prompt', '#### What happened']);
    assert.match(report, /\*\*Outcome:\*\* failed \(error, `exit_code`\)\n- \*\*Verified:\*\* not verified/);
    assert.match(report, /\*\*Time:\*\* unknown/);
  });

  it('lets no foreign text out of its code', () => {
    const hostile = '``` \n# Merged! <img src=x> @everyone [x](http://evil) `a` \u202e';
    const report = taskReport({
      ...{ ...input, session: { sessionId, title: hostile } },
      task: {
        ...{ ...task, description: hostile, error: hostile, result: { summary: hostile }, agent: hostile },
        ...{ model: hostile, commits: [hostile], filesChanged: [{ path: hostile, kind: 'added' }] },
        plan: {
          ...input.task.plan!,
          steps: [{ id: 's1', title: hostile, status: 'failed', detail: hostile }],
        },
      },
      toolCalls: [
        {
          ...{ ...call, tool: hostile, input: { path: hostile }, error: hostile },
          decision: { allowed: false, by: 'person', scope: 'once', reason: hostile },
        },
      ],
      diffs: [{ path: hostile, text: hostile }],
    });
    assert.doesNotMatch(report, /\u202e/);
    // What is left when all code is taken away is ours.
    const withoutBlocks = report.replace(/^( *)(`{3,})(?:text|diff)\n[^]*?^\1\2$/gm, '');
    const outside = withoutBlocks.replace(/(`+)(?!`)[^]*?[^`]\1(?!`)/g, '');
    assert.doesNotMatch(outside, /Merged|img|everyone|evil/);
  });

  it('takes every version of a plan from the records', () => {
    const plan = (version: number) => ({ id: 'p', version, steps: [] });
    const record = (seq: number, type: 'planCreated' | 'planRevised', taskId: string, version: number) => ({
      ...{ seq, at: at.toISOString(), writer: 'w' },
      event: { type, data: { taskId, plan: plan(version) } },
    });
    const records = [
      record(1, 'planCreated', 'task-1', 1),
      record(2, 'planCreated', 'other', 1),
      record(3, 'planRevised', 'task-1', 2),
    ];
    assert.deepEqual(
      planVersionsOf(records, 'task-1').map(({ version }) => version),
      [1, 2],
    );
  });
});
