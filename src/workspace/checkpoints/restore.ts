import { mkdir, open, rmdir, unlink } from 'node:fs/promises';
import { constants } from 'node:fs';
import type { RestoreOutcome, RestorePlan, RestoreStep } from '../../core/checkpoints.ts';
import { SessionError } from '../../core/errors.ts';
import { isAbove, isDone, isReady, opposite, pathsOfPlan } from '../../core/restorePlan.ts';
import { moveWithoutReplacing } from '../atomicWrite.ts';
import { changedMeanwhile, locate, type Place } from '../place.ts';
import { systemCode } from '../workspaceError.ts';
import { checkpointError } from './checkpointError.ts';
import type { CheckpointFolder } from './checkpointFolder.ts';
import type { CheckpointGit } from './checkpointGit.ts';
import { foldersAbove } from './foldersAbove.ts';
import { entryAt, findEntry } from './foundEntry.ts';
import { permissions, StagedContent } from './stagedContent.ts';

const EMPTY_BLOB = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391';
const LINK = '120000';
const MAX_NAMED = 5;

/** Steps sorted by how they are done. */
interface Work {
  readonly deletes: readonly RestoreStep[];
  readonly moves: readonly { readonly from: RestoreStep; readonly to: RestoreStep }[];
  readonly modes: readonly RestoreStep[];
  readonly writes: readonly RestoreStep[];
}

/** Puts paths of a folder from one state into another, or leaves them as they were. */
export class Restore {
  readonly #git: CheckpointGit;
  readonly #store: CheckpointFolder;
  readonly #folder: string;

  constructor(git: CheckpointGit, store: CheckpointFolder, folder: string) {
    this.#git = git;
    this.#store = store;
    this.#folder = folder;
  }

  async run(plan: RestorePlan): Promise<RestoreOutcome> {
    const { pending, strangers } = await this.#sort(plan);
    if (strangers.length > 0) throw conflict(strangers);
    const work = workOf(pending, plan);
    const staged = await StagedContent.write(this.#git, this.#store, work.writes);
    try {
      await this.#carryOut(plan, work, staged);
      return { status: 'restored', files: pending.length };
    } catch (error) {
      const cause = checkpointError(error, this.#folder);
      return { status: (await this.#putBack(plan)) ? 'reverted' : 'unfinished', error: cause };
    } finally {
      await staged.dispose();
    }
  }

  /** What somebody else wrote meanwhile stays. */
  async #putBack(plan: RestorePlan): Promise<boolean> {
    const back = opposite(plan);
    try {
      const { pending } = await this.#sort(back);
      const work = workOf(pending, back);
      const staged = await StagedContent.write(this.#git, this.#store, work.writes);
      try {
        await this.#carryOut(back, work, staged);
      } finally {
        await staged.dispose();
      }
      return true;
    } catch {
      return false;
    }
  }

  /** What is still to be done, and paths that hold neither what is expected nor what is wanted. */
  async #sort(plan: RestorePlan): Promise<{ pending: RestoreStep[]; strangers: string[] }> {
    const own = pathsOfPlan(plan);
    const pending: RestoreStep[] = [];
    const strangers: string[] = [];
    for (const step of plan.steps) {
      const found = await findEntry(this.#folder, step.path, own);
      if (isDone(found, step, plan)) continue;
      if (isReady(found, step, plan)) pending.push(step);
      else strangers.push(step.path);
    }
    return { pending, strangers };
  }

  async #carryOut(plan: RestorePlan, work: Work, staged: StagedContent): Promise<void> {
    for (const step of work.deletes) {
      await this.#at(plan, step, async ({ folder, name }) => {
        await unlink(folder.at(name));
        await folder.sync();
      });
    }
    await this.#removeFolders(plan);
    for (const name of [...plan.makeFolders].sort()) await this.#makeFolder(name);
    for (const { from, to } of work.moves) await this.#move(plan, from, to);
    await this.#removeFolders(plan);
    for (const step of work.modes) await this.#at(plan, step, place => changeMode(place, step));
    for (const step of work.writes) await this.#at(plan, step, place => staged.moveTo(place, step));
  }

  async #move(plan: RestorePlan, from: RestoreStep, to: RestoreStep): Promise<void> {
    await this.#at(plan, from, source =>
      this.#at(plan, to, async target => {
        await moveWithoutReplacing(source.folder, source.name, target.folder, target.name);
        await Promise.all([source.folder.sync(), target.folder.sync()]);
      }),
    );
    if (from.from?.mode === to.to?.mode || to.to === null) return;
    const moved = { path: to.path, from: from.from, to: to.to };
    await this.#at(plan, moved, place => changeMode(place, moved));
  }

  /** Acts on a path that still holds what is expected. */
  async #at(plan: RestorePlan, step: RestoreStep, act: (place: Place) => Promise<void>): Promise<void> {
    const makeFolders = step.to !== null;
    const place = await locate(this.#folder, step.path, { followLast: false, makeFolders });
    try {
      const found = await entryAt(place, step.path);
      // By now nothing is in the way any more.
      if (typeof found === 'string' ? found !== 'nothing' || step.from !== null : !isReady(found, step, plan))
        throw changedMeanwhile(step.path);
      await act(place);
    } catch (error) {
      await place.undo();
      throw error;
    } finally {
      await place.close();
    }
  }

  /** Folders in which something is left stay. */
  async #removeFolders({ removeFolders }: RestorePlan): Promise<void> {
    for (const name of [...removeFolders].sort().reverse()) {
      const place = await locate(this.#folder, name, { followLast: false }).catch(() => undefined);
      if (place?.path === name && !place.isProtected && place.stats?.isDirectory() === true)
        await rmdir(place.folder.at(place.name)).catch(() => undefined);
      await place?.close();
    }
  }

  /** What has its name, or that of a folder above it, by now is somebody else's and stays: no file of the plan is in it. */
  async #makeFolder(name: string): Promise<void> {
    for (const above of [...foldersAbove(name), name]) {
      const found = await findEntry(this.#folder, above);
      if (found !== 'nothing' && found !== 'folder') return;
    }
    const place = await locate(this.#folder, name, { followLast: false, makeFolders: true });
    try {
      if (place.path !== name || place.isProtected) throw changedMeanwhile(name);
      await mkdir(place.folder.at(place.name)).catch((error: unknown) => {
        if (systemCode(error) !== 'EEXIST' || place.stats?.isDirectory() !== true) throw error;
      });
    } finally {
      await place.close();
    }
  }
}

async function changeMode({ folder, name, stats }: Place, { to }: RestoreStep): Promise<void> {
  if (stats === undefined || to === null) return;
  const handle = await open(folder.at(name), constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    await handle.chmod(permissions(stats, to));
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function workOf(pending: readonly RestoreStep[], plan: RestorePlan): Work {
  // A file that makes room for a folder, or takes its place, is not carried over: the folder comes in between.
  const inTheWay = new Set([...plan.makeFolders, ...plan.removeFolders]);
  const moves: { from: RestoreStep; to: RestoreStep }[] = [];
  const moved = new Set<RestoreStep>();
  const leaving = Map.groupBy(
    pending.filter(
      ({ path, from, to }) => from !== null && to === null && from.id !== EMPTY_BLOB && !inTheWay.has(path),
    ),
    ({ from }) => `${from?.mode === LINK ? LINK : 'file'} ${from?.id ?? ''}`,
  );
  for (const to of pending) {
    if (to.from !== null || to.to === null || inTheWay.has(to.path)) continue;
    const candidates = leaving.get(`${to.to.mode === LINK ? LINK : 'file'} ${to.to.id}`) ?? [];
    const from = candidates.find(
      step => !moved.has(step) && !isAbove(step.path, to.path) && !isAbove(to.path, step.path),
    );
    if (from === undefined) continue;
    moved.add(from).add(to);
    moves.push({ from, to });
  }
  const rest = pending.filter(step => !moved.has(step));
  const isMode = ({ from, to }: RestoreStep): boolean =>
    from !== null && to?.id === from.id && from.mode !== LINK && to.mode !== LINK;
  return {
    moves,
    deletes: rest.filter(({ to }) => to === null),
    modes: rest.filter(isMode),
    writes: rest.filter(step => step.to !== null && !isMode(step)),
  };
}

function conflict(paths: readonly string[]): SessionError {
  const named = paths.slice(0, MAX_NAMED).join(', ');
  const more = paths.length > MAX_NAMED ? ` and ${paths.length - MAX_NAMED} more` : '';
  return new SessionError('undo_conflict', `Changed since: ${named}${more}. Nothing was changed.`);
}
