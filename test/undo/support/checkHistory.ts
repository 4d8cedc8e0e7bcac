import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytesOf, folderState } from './folderState.ts';
import { apply, type Change } from './history.ts';
import { isIgnored } from './ignored.ts';
import { undoFixture } from './undoFixture.ts';
import { commitAll } from './workbench.ts';

/** What was there, what a task did, and what a person did after it. */
export interface History {
  readonly before: readonly Change[];
  readonly task: readonly Change[];
  readonly byHand: readonly Change[];
}

/** Undo of a history gives every byte back, and takes nothing from anybody. `root` is not there yet. */
export async function checkHistory(root: string, isRepository: boolean, history: History): Promise<void> {
  mkdirSync(root);
  apply(root, history.before);
  writeFileSync(join(root, '.gitignore'), '*.log\n');
  if (isRepository) commitAll(root);
  const repository = isRepository ? bytesOf(join(root, '.git')) : {};
  const state = (): Record<string, string> => captured(folderState(root));
  const { undo, command } = undoFixture(root);
  const old = state();
  const task = await command(() => {
    apply(root, history.task);
  });
  const fresh = state();
  await undo.diff(task.id);
  await undo.undo(task.id).catch(isNothing);
  assert.deepEqual(state(), old, 'undone');
  await undo.undo(task.id).catch(isNothing);
  assert.deepEqual(state(), fresh, 'brought back');
  apply(root, history.byHand);
  const edited = folderState(root);
  const plan = await undo.plan(task.id);
  if (plan.conflicts.length === 0) {
    await undo.undo(task.id).catch(isNothing);
    const planned = plan.files.flatMap(file => [file.path, file.from ?? file.path]);
    const now = state();
    assert.deepEqual(pick(now, planned), pick(old, planned), 'what is said to be undone is');
    const others = except(captured(edited), planned);
    assert.deepEqual(pick(now, Object.keys(others)), others, 'what was edited by hand stays');
    await undo.undo(task.id).catch(isNothing);
    assert.deepEqual(state(), captured(edited), 'brought back after edits');
  } else {
    for (const { path, reason } of plan.conflicts) {
      assert.equal(reason, 'changed', 'nobody else was at work');
      assert.notDeepEqual(around(edited, path), around(fresh, path), `${path} was changed since`);
    }
    await assert.rejects(undo.undo(task.id), { code: 'undo_conflict' });
    assert.deepEqual(folderState(root), edited, 'a conflict changes nothing');
  }
  if (isRepository) assert.deepEqual(bytesOf(join(root, '.git')), repository);
}

/** A history that cancels itself out, or touches ignored files only, has nothing to undo. */
function isNothing(error: unknown): void {
  assert.match(String(error), /everything is as it would be/);
}

function captured(state: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(state).filter(([path]) => !isIgnored(path)));
}

function except(state: Record<string, string>, paths: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(state).filter(([path]) => !path.endsWith('/') && !paths.includes(path)),
  );
}

function pick(state: Record<string, string>, paths: readonly string[]): Record<string, string> {
  return Object.fromEntries(paths.flatMap(path => (state[path] === undefined ? [] : [[path, state[path]]])));
}

/** What stands under a path, in it as a folder, and where the folders above it should be. */
function around(state: Record<string, string>, path: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(state).filter(
      ([other]) => other === path || other.startsWith(`${path}/`) || path.startsWith(`${other}/`),
    ),
  );
}
