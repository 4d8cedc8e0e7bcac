import assert from 'node:assert/strict';
import { createCheckpointedRunner } from '../../../src/agents/checkpointedRunner.ts';
import { fileEvents } from '../../../src/agents/recordable.ts';
import { EditNotes } from '../../../src/core/editNotes.ts';
import { nullLogger } from '../../../src/core/logger.ts';
import type { WorkspaceGate } from '../../../src/core/ports.ts';
import { RestoreRecovery } from '../../../src/core/restoreRecovery.ts';
import type { SessionManager } from '../../../src/core/sessionManager.ts';
import type { AgentTask } from '../../../src/core/task.ts';
import { TaskUndo } from '../../../src/core/taskUndo.ts';
import { changesBetween, ChangeScanner } from '../../../src/workspace/changeScan.ts';
import { createCheckpoints } from '../../../src/workspace/checkpoints/createCheckpoints.ts';
import { createManager, ScriptedProcesses, ScriptedRunner } from '../../support/managerFixture.ts';

/** What a task does; `command` looks before and after, as the tool that runs commands does. */
export type Work = (command: (act: () => void | Promise<void>) => Promise<void>) => Promise<void>;

/** Undo with real captures of a real folder; what tasks do there is scripted, the ledger is in memory. */
export interface UndoFixture {
  readonly manager: SessionManager;
  readonly undo: TaskUndo;
  readonly edits: EditNotes;
  /** Runs a task in a session of its own. */
  readonly run: (work: Work) => Promise<AgentTask>;
  /** A task that runs one command. */
  readonly command: (act: () => void | Promise<void>) => Promise<AgentTask>;
}

/** `limit`: the most bytes that checkpoints may take. */
export function undoFixture(root: string, limit?: () => number): UndoFixture {
  const gate: WorkspaceGate = {
    root,
    requireTrust: () => Promise.resolve(),
    resolveWorkingDirectory: () => Promise.resolve(root),
  };
  const processes = new ScriptedProcesses('self');
  const checkpoints = createCheckpoints({ root, processes, ...(limit && { limit }) });
  const edits = new EditNotes();
  const inner = new ScriptedRunner();
  const runner = createCheckpointedRunner(inner, {
    checkpoints,
    edits,
    logger: nullLogger,
    isOn: () => true,
  });
  const recovery = new RestoreRecovery({ checkpoints, gate, processes, logger: nullLogger });
  const { manager } = createManager({ runner, gate, recovery });
  const undo = new TaskUndo({ sessions: manager, checkpoints, gate, recovery });
  const works = new Map<string, Work>();
  let count = 0;
  inner.script = async run => {
    const taskId = run.task.id;
    let calls = 0;
    await works.get(run.task.description)?.(async act => {
      const callId = `call-${++calls}`;
      const data = { taskId, callId, stepId: null, tool: 'run_command', input: {} };
      await run.record({ type: 'toolCallRequested', data });
      const scanner = new ChangeScanner(root);
      const before = await scanner.scan();
      await act();
      const changes = changesBetween(before, await scanner.scan());
      await run.record(
        { type: 'toolCallEnded', data: { taskId, callId, status: 'completed', duration: 1 } },
        ...fileEvents(taskId, changes),
      );
    });
    return { status: 'completed', result: { summary: 'done' } };
  };
  const run = async (work: Work): Promise<AgentTask> => {
    const task = `work ${++count}`;
    works.set(task, work);
    const { sessionId } = await manager.createSession();
    const ended = await manager.executeTask({ task, sessionId });
    assert.equal(ended.status, 'completed', ended.error);
    assert.equal(ended.checkpointProblem, undefined);
    return ended;
  };
  return { manager, undo, edits, run, command: act => run(command => command(act)) };
}
