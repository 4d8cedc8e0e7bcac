import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import type { TaskRun } from '../../src/core/ports.ts';
import type { SessionChange } from '../../src/core/sessionChange.ts';
import type { AgentTask } from '../../src/core/task.ts';
import { createTaskView, type TaskView } from '../../src/cli/taskView.ts';
import { createManager, type ManagerFixture } from '../support/managerFixture.ts';
import { Screen } from './support/screen.ts';

const hash = '0'.repeat(64);

/** A task of three steps; the last one fails. `during` runs while the second step does. */
async function threeSteps(run: TaskRun, output: string, during: () => void | Promise<void>): Promise<void> {
  const taskId = run.task.id;
  const steps = ['Look around', 'Run npm test', 'Write it down'].map((title, index) => ({
    id: `s${String(index)}`,
    title,
    status: 'pending' as const,
  }));
  const step = (index: number, status: 'in_progress' | 'completed' | 'failed', detail?: string) =>
    run.record({
      type: 'stepChanged',
      data: { taskId, stepId: `s${String(index)}`, status, ...(detail !== undefined && { detail }) },
    });
  await run.record({ type: 'agentSelected', data: { taskId, agent: 'direct', model: null } });
  await run.record({ type: 'planCreated', data: { taskId, plan: { id: 'p', version: 1, steps } } });
  await step(0, 'in_progress');
  await step(0, 'completed');
  await step(1, 'in_progress');
  const call = { taskId, callId: 'c', stepId: 's1', tool: 'run_command', input: { command: 'npm test' } };
  await run.record({ type: 'toolCallRequested', data: call });
  await run.output('c', output);
  await during();
  await run.record({
    type: 'toolCallEnded',
    data: { taskId, callId: 'c', status: 'completed', exitCode: 0, duration: 5 },
  });
  await step(1, 'completed');
  await run.record({
    type: 'filesChanged',
    data: { taskId, changes: [{ path: 'a.ts', kind: 'added', after: hash }] },
  });
  await step(2, 'in_progress');
  await step(2, 'failed', 'exit 1');
}

async function show(
  screen: Screen,
  script: (run: TaskRun) => Promise<void>,
  fails = false,
): Promise<{ task: AgentTask; view: TaskView }> {
  const fixture: ManagerFixture = createManager();
  const { manager, runner } = fixture;
  const early: SessionChange[] = [];
  let take = (change: SessionChange): void => void early.push(change);
  manager.onDidChange(change => take(change));
  let begin = (): void => undefined;
  const ready = new Promise<void>(resolve => (begin = resolve));
  runner.script = async run => {
    await ready;
    await script(run);
    return fails
      ? {
          status: 'failed',
          reason: 'error',
          errorCode: 'exit_code',
          error: 'The command ended with exit 1. Nothing was undone.',
        }
      : { status: 'completed', result: { summary: 'done' } };
  };
  await manager.createSession({ title: 'Profile page' });
  const started = await manager.startTask({ task: 'Add tests' });
  const view = createTaskView(screen, undefined, started.taskId);
  take = change => view.notice(change);
  for (const change of early) take(change);
  begin();
  const task = await started.finished;
  view.end(task);
  await manager.close();
  return { task, view };
}

describe('the block of a running task', () => {
  it('ends as one readable block, whatever was drawn meanwhile', async () => {
    const screen = new Screen();
    let during = '';
    const { task } = await show(
      screen,
      run =>
        threeSteps(run, '> vitest run\nTests  2 passed\n', async () => {
          await setTimeout(250);
          during = screen.text;
        }),
      true,
    );
    const [header = '', ...rest] = screen.lines;
    assert.match(header, /^── Profile page · task 1 · code · direct ─+ \d\d:\d\d:\d\d$/);
    assert.equal(header.length, 79);
    assert.deepEqual(
      rest.filter(line => line !== '').map(line => line.replace(/(?<=\S) {3,}/, '  ')),
      [
        'Add tests',
        '✓ 1 Look around  0.0 s',
        '✓ 2 Run npm test  0.0 s',
        '    | > vitest run',
        '    | Tests  2 passed',
        '✗ 3 Write it down  exit 1 · 0.0 s',
        '✗ failed (exit_code) after 0.0 s · 1 file changed',
        '  The command ended with exit 1. Nothing was undone.',
        `  Try again: coding-agent tasks retry ${task.id}`,
      ],
    );
    assert.match(
      during,
      /✓ 1 Look around .*\n[⠋-⠿] 2 Run npm test .*\n {4}\| > vitest run\n {4}\| Tests {2}2 passed\n· 3 Write it down$/,
    );
  });

  it('streams a long output under its step and loses no line of it', async () => {
    const screen = new Screen({ columns: 40 });
    const lines = Array.from({ length: 200 }, (_, index) => `line ${String(index)}`);
    await show(screen, run => threeSteps(run, `${lines.join('\n')}\nno end`, () => undefined));
    const printed = screen.lines.filter(line => line.startsWith('    | ')).map(line => line.slice(6));
    assert.deepEqual(printed, [...lines, 'no end']);
    assert.ok(screen.lines.every(line => line.length <= 40));
    assert.match(screen.text, /✓ completed in 0\.0 s · 1 file changed$/);
    assert.match(
      screen.text,
      /… 2 Run npm test\n {4}\| line 0\n/,
      'what stays does not look as if it turned',
    );
  });

  it('is plain lines without control codes elsewhere', async () => {
    const screen = new Screen({ person: false });
    await show(screen, run =>
      threeSteps(run, 'a\u001b[31mred\u001b[0m\u0007\nb\u202ec\r\n', () => undefined),
    );
    assert.doesNotMatch(screen.sent, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    assert.match(
      screen.sent,
      /^Profile page · task 1 · code · direct · \d\d:\d\d:\d\d\nAdd tests\n✓ 1 Look around {2}0\.0 s\n… 2 Run npm test\n {4}\| ared␇\n {4}\| b<U\+202E>c\n✓ 2 Run npm test {2}0\.0 s\n✗ 3 /,
    );
  });

  it('survives a window that becomes narrower', async () => {
    const screen = new Screen({ columns: 100 });
    await show(screen, run =>
      threeSteps(run, `${'x'.repeat(90)}\n`, () => {
        screen.columns = 40;
      }),
    );
    assert.match(screen.text, /✓ completed/);
  });

  it('makes room for a question and goes on after it', async () => {
    const screen = new Screen();
    const fixture = createManager();
    const view = createTaskView(screen, undefined, 'none');
    view.hide();
    const { length } = screen.sent;
    await fixture.manager.close();
    assert.equal(screen.sent.length, length);
    view.show();
    view.dispose();
  });
});

describe('--jsonl', () => {
  it('prints records as their journal lines have them, of the own task and the session only', () => {
    const screen = new Screen({ person: false });
    const view = createTaskView(screen, 'lines', 'mine');
    const record = (seq: number, event: object) =>
      ({ seq, at: '2026-01-01T00:00:00.000Z', writer: 'w', event }) as never;
    view.notice({
      kind: 'records',
      sessionId: 's',
      state: undefined as never,
      records: [
        record(1, { type: 'sessionRenamed', data: { title: 't' } }),
        record(2, { type: 'cancelRequested', data: { taskId: 'other' } }),
        record(3, { type: 'cancelRequested', data: { taskId: 'mine' } }),
        record(4, { type: '?future', data: { x: 1 } }),
      ],
    });
    assert.deepEqual(screen.sent.trim().split('\n'), [
      '{"v":1,"seq":1,"at":"2026-01-01T00:00:00.000Z","writer":"w","type":"sessionRenamed","data":{"title":"t"}}',
      '{"v":1,"seq":3,"at":"2026-01-01T00:00:00.000Z","writer":"w","type":"cancelRequested","data":{"taskId":"mine"}}',
      '{"v":1,"seq":4,"at":"2026-01-01T00:00:00.000Z","writer":"w","type":"future","data":{"x":1}}',
    ]);
  });
});
