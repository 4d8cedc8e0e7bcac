import assert from 'node:assert/strict';
import type { ImportedState } from './importInto.ts';

/** What the four prompts come to, in the terms of every agent. */
export function requireStory({ state, toolCalls, skipped }: ImportedState): void {
  assert.deepEqual(skipped, {});
  const tasks = [...state.tasks];
  assert.deepEqual(
    tasks.map(({ description, status, reason }) => [description.replaceAll('"', ''), status, reason]),
    [
      ['Write the file made.txt', 'completed', undefined],
      ['Change two to three in made.txt', 'completed', undefined],
      ['Show missing.txt', 'completed', undefined],
      ['Explain everything', 'failed', 'interrupted'],
    ],
  );
  assert.deepEqual(
    tasks.map(task => task.filesChanged.map(({ path }) => path)),
    [['made.txt'], ['made.txt'], [], []],
  );
  const failed = toolCalls.filter(call => call.status === 'failed');
  assert.deepEqual(
    failed.map(({ tool, input, exitCode, output }) => [
      tool,
      input['command'],
      exitCode,
      output?.tail.trim(),
    ]),
    [['run_command', 'cat missing.txt', 1, 'cat: missing.txt: No such file or directory']],
  );
  assert.ok(tasks.slice(0, 3).every(({ usage }) => usage?.inputTokens === 200 && usage.outputTokens === 20));
}
