import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { isIgnored } from './support/ignored.ts';
import { useTemporaryFolder } from '../support/temporaryFolder.ts';
import { bytesOf, folderState } from './support/folderState.ts';
import { apply, change } from './support/history.ts';
import { undoFixture } from './support/undoFixture.ts';
import { commitAll } from './support/workbench.ts';

/** 12 of each kind in CI, the same every time, of which the tenth once failed; `UNDO_HISTORIES=200` in the nightly tier: any. */
const RUNS = Number(process.env['UNDO_HISTORIES'] ?? '12');
const ANY = process.env['UNDO_HISTORIES'] === undefined ? 85690831 : Date.now() % 2 ** 31;
const seed = Number(process.env['UNDO_SEED'] ?? ANY);

describe(`undo of generated histories (UNDO_SEED=${seed})`, function () {
  this.timeout(30 * 60_000);
  const folder = useTemporaryFolder();
  const history = fc.record({
    before: fc.array(change, { minLength: 3, maxLength: 12 }),
    task: fc.array(change, { minLength: 1, maxLength: 10 }),
    byHand: fc.array(change, { maxLength: 3 }),
  });
  let count = 0;

  for (const isRepository of [false, true]) {
    it(`gives every byte back, ${isRepository ? 'in a git repository' : 'without one'}`, async () => {
      await fc.assert(
        fc.asyncProperty(history, async ({ before, task: work, byHand }) => {
          const root = join(folder(), String(++count));
          mkdirSync(root);
          apply(root, before);
          writeFileSync(join(root, '.gitignore'), '*.log\n');
          if (isRepository) commitAll(root);
          const repository = isRepository ? bytesOf(join(root, '.git')) : {};
          const state = (): Record<string, string> => captured(folderState(root));
          const { undo, command } = undoFixture(root);
          const old = state();
          const task = await command(() => {
            apply(root, work);
          });
          const fresh = state();
          await undo.diff(task.id);
          await undo.undo(task.id).catch(isNothing);
          assert.deepEqual(state(), old, 'undone');
          await undo.undo(task.id).catch(isNothing);
          assert.deepEqual(state(), fresh, 'brought back');
          apply(root, byHand);
          const edited = folderState(root);
          const plan = await undo.plan(task.id);
          if (plan.conflicts.length === 0) {
            await undo.undo(task.id).catch(isNothing);
            const others = except(
              captured(edited),
              plan.files.flatMap(file => [file.path, file.from ?? '']),
            );
            assert.deepEqual(pick(state(), Object.keys(others)), others, 'what was edited by hand stays');
            await undo.undo(task.id).catch(isNothing);
            assert.deepEqual(state(), captured(edited), 'brought back after edits');
          } else {
            await assert.rejects(undo.undo(task.id), { code: 'undo_conflict' });
            assert.deepEqual(folderState(root), edited, 'a conflict changes nothing');
          }
          if (isRepository) assert.deepEqual(bytesOf(join(root, '.git')), repository);
          rmSync(root, { recursive: true });
        }),
        { numRuns: RUNS, seed, endOnFailure: process.env['UNDO_SHRINK'] === undefined },
      );
    });
  }
});

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
