import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { InMemoryApprovals } from '../../src/agents/approvalMemory.ts';
import type { ActionClass } from '../../src/agents/permissionRequest.ts';
import { type PermissionPolicy, Permissions } from '../../src/agents/permissions.ts';
import { ToolCalls } from '../../src/agents/toolCalls.ts';
import { readFile as readTool } from '../../src/agents/tools/readFile.ts';
import { writeFile as writeTool } from '../../src/agents/tools/writeFile.ts';
import type { Decision } from '../../src/core/toolCall.ts';
import { ChangeScanner } from '../../src/workspace/changeScan.ts';
import { createFiles } from '../../src/workspace/files.ts';
import { createProcesses } from '../../src/workspace/processes.ts';
import { realClock } from '../workspace/realClock.ts';
import { temporaryFolder } from '../workspace/temporaryFolder.ts';
import { hashOf, randomIds, RecordingRun } from './recordingRun.ts';

const NO: PermissionPolicy = { approveInAdvance: false, rules: [] };
const YES: PermissionPolicy = { approveInAdvance: true, rules: [] };
const person = (scope: Decision['scope']): Decision => ({ allowed: true, by: 'person', scope });

describe('the permission broker', () => {
  const ask = async (
    run: RecordingRun,
    policy: PermissionPolicy,
    actionClass: ActionClass,
    isInstruction: boolean,
    memory = new InMemoryApprovals(),
    subject = 'x',
  ): Promise<Decision> => {
    const permissions = new Permissions(run, policy, memory);
    const announce = (): Promise<void> => Promise.resolve();
    const request = {
      callId: 'c',
      tool: 't',
      class: actionClass,
      subject: () => subject,
      isInstruction,
      announce,
    };
    return (await permissions.decide(request)).decision;
  };
  const newRun = (options: { instructed?: boolean; answer?: () => Decision } = {}): RecordingRun =>
    new RecordingRun({ text: 'x', workingDirectory: '/', ...options });

  /** What comes of each class: by whom it is decided, and whether it is allowed, where nobody can be asked. */
  const MATRIX: readonly (readonly [ActionClass, typeof NO, instruction: string, model: string])[] = [
    ['read', NO, 'instruction true', 'rule true'],
    ['write', NO, 'instruction true', 'none false'],
    ['execute', NO, 'instruction true', 'none false'],
    ['network', NO, 'none false', 'none false'],
    ['protected', NO, 'rule false', 'none false'],
    ['outside', NO, 'rule false', 'rule false'],
    ['read', YES, 'instruction true', 'flag true'],
    ['write', YES, 'instruction true', 'flag true'],
    ['execute', YES, 'instruction true', 'flag true'],
    ['network', YES, 'none false', 'none false'],
    ['protected', YES, 'rule false', 'none false'],
    ['outside', YES, 'rule false', 'rule false'],
  ];
  for (const [actionClass, policy, instruction, model] of MATRIX) {
    it(`decides on ${actionClass} ${policy === YES ? 'with' : 'without'} --yes`, async () => {
      const shown = ({ by, allowed }: Decision): string => `${by} ${String(allowed)}`;
      assert.equal(shown(await ask(newRun(), policy, actionClass, true)), instruction);
      assert.equal(shown(await ask(newRun(), policy, actionClass, false)), model);
      if (policy === NO && actionClass !== 'read') {
        const foreign = await ask(newRun({ instructed: false }), policy, actionClass, true);
        assert.equal(foreign.allowed, false);
      }
    });
  }

  it('remembers what a person allowed for the session or for exactly this, and no more', async () => {
    const memory = new InMemoryApprovals();
    const session = newRun({ answer: () => person('session') });
    assert.equal((await ask(session, NO, 'execute', false, memory, 'a')).by, 'person');
    assert.equal((await ask(session, NO, 'execute', false, memory, 'b')).scope, 'session');
    assert.equal(session.questions.length, 1);
    assert.equal((await ask(newRun(), NO, 'execute', false, memory, 'b')).allowed, false);
    const exact = newRun({ answer: () => person('exact') });
    await ask(exact, NO, 'execute', false, memory, 'c');
    assert.equal((await ask(newRun(), NO, 'execute', false, memory, 'c')).scope, 'exact');
    assert.equal((await ask(newRun(), NO, 'execute', false, memory, 'c ')).allowed, false);
  });

  it('has every protected change approved by itself', async () => {
    const memory = new InMemoryApprovals();
    const run = newRun({ answer: () => person('session') });
    for (let index = 1; index <= 2; index++) {
      assert.equal((await ask(run, NO, 'protected', false, memory)).allowed, true);
      assert.equal(run.questions.length, index);
    }
    assert.equal((await ask(newRun(), NO, 'write', false, memory)).allowed, false);
  });

  it('asks nobody about what cannot be shown in full', async () => {
    const run = newRun({ answer: () => person('once') });
    assert.equal((await ask(run, NO, 'execute', false, undefined, 'x'.repeat(60_000))).allowed, false);
    assert.equal(run.questions.length, 0);
  });

  it('binds the answer to the bytes: what changed meanwhile is not overwritten', async () => {
    const folder = await temporaryFolder();
    try {
      const file = path.join(folder.path, '.vscode', 'tasks.json');
      await mkdir(path.dirname(file));
      await writeFile(file, 'old\n');
      const act = async (meanwhile: string | undefined): Promise<[string, RecordingRun]> => {
        const run: RecordingRun = new RecordingRun({
          ...{ text: 'x', workingDirectory: folder.path },
          answer: question => {
            assert.equal(question.hash, hashOf(question.subject));
            assert.match(question.subject, /-old\n\+new\n/);
            return person('once');
          },
          onEvent: event => {
            if (
              event.type === 'approvalDecided' &&
              event.data.decision.by === 'person' &&
              meanwhile !== undefined
            )
              writeFileSync(file, meanwhile);
          },
        });
        const environment = {
          ...{ files: createFiles(folder.path), processes: createProcesses({ clock: realClock }) },
          ...{
            scanner: new ChangeScanner(folder.path),
            environment: {},
            commandTimeoutMs: null,
            signal: run.signal,
          },
        };
        const permissions = new Permissions(run, NO, new InMemoryApprovals());
        const calls = new ToolCalls({ run, permissions, environment, clock: realClock, ids: randomIds });
        const origin = { stepId: null, isInstruction: false };
        const seen = await calls.call(readTool, { path: '.vscode/tasks.json' }, origin);
        assert.ok(seen.status === 'completed' && seen.result.value === 'old\n');
        const outcome = await calls.call(writeTool, { path: '.vscode/tasks.json', content: 'new\n' }, origin);
        return [outcome.status === 'failed' ? outcome.error.code : outcome.status, run];
      };
      const [code, run] = await act(undefined);
      assert.equal(code, 'completed');
      assert.deepEqual(
        run.types.filter(type => type !== 'filesChanged'),
        [
          ...['toolCallRequested', 'approvalDecided', 'toolCallEnded'],
          ...['toolCallRequested', 'approvalRequested', 'approvalDecided', 'toolCallEnded'],
        ],
      );
      await writeFile(file, 'old\n');
      assert.equal((await act('theirs\n'))[0], 'changed_meanwhile');
      assert.equal(await readFile(file, 'utf8'), 'theirs\n');
    } finally {
      await folder.remove();
    }
  });
});
