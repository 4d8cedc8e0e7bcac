import { createHash } from 'node:crypto';
import { rename } from 'node:fs/promises';
import type { FileChange } from '../core/task.ts';
import { moveWithoutReplacing } from './atomicWrite.ts';
import { hashFile } from './content.ts';
import { type ContainedFile, folderContents } from './folderContents.ts';
import { changedMeanwhile, locate, missing, type Place, taken } from './place.ts';
import type { PlannedChange } from './plannedChange.ts';
import { shown } from './relativePath.ts';
import { fromSystemError, WorkspaceError } from './workspaceError.ts';

/** Plans a new name for a file, a link or a folder. The new name must be free; folders above it are made. */
export async function planMove(root: string, from: string, to: string): Promise<PlannedChange> {
  const source = await locate(root, from, { followLast: false });
  try {
    if (source.name === '') {
      throw new WorkspaceError(
        'outside',
        'The working directory itself is not moved. Nothing was changed. Name what is in it.',
      );
    }
    if (source.stats === undefined) throw missing(source.path);
    const target = await locate(root, to, { followLast: false });
    await target.close();
    requireFree(target);
    if (source.stats.isDirectory() && `${target.path}/`.startsWith(`${source.path}/`)) {
      throw new WorkspaceError(
        'invalid_path',
        `${shown(source.path)} cannot be moved into itself. Nothing was changed.`,
      );
    }
    return planned(root, { from, to }, source, target, await filesOf(source));
  } catch (error) {
    throw fromSystemError(error, `move ${shown(from)}`);
  } finally {
    await source.close();
  }
}

/** Refuses a name that is taken; for a folder it says how to put something into it. */
export function requireFree({ stats, path }: Place): void {
  if (stats === undefined) return;
  if (!stats.isDirectory()) throw taken(path);
  throw new WorkspaceError(
    'file_exists',
    `${shown(path === '' ? '.' : path)} is a folder. Nothing was changed. Give the whole new name, with the folder in front.`,
  );
}

function planned(
  root: string,
  requested: { readonly from: string; readonly to: string },
  source: Place,
  target: Place,
  files: readonly ContainedFile[],
): PlannedChange {
  const changes = files.map((file): FileChange => ({
    path: [target.path, ...file.names].join('/'),
    from: [source.path, ...file.names].join('/'),
    ...{ kind: 'renamed', before: file.hash, after: file.hash, added: 0, removed: 0 },
  }));
  return {
    paths: [source.path, target.path],
    isProtected: source.isProtected || target.isProtected,
    show: () => `Move ${source.path} to ${target.path}`,
    apply: async () => {
      await move(root, requested, source, target, files);
      return { changes, detail: source.stats?.isDirectory() === true ? `${files.length} files` : 'moved' };
    },
  };
}

async function move(
  root: string,
  requested: { readonly from: string; readonly to: string },
  seenSource: Place,
  seenTarget: Place,
  files: readonly ContainedFile[],
): Promise<void> {
  const source = await locate(root, requested.from, { followLast: false });
  let target: Place | undefined;
  try {
    if (source.path !== seenSource.path || source.stats === undefined)
      throw changedMeanwhile(seenSource.path);
    if (JSON.stringify(await filesOf(source)) !== JSON.stringify(files))
      throw changedMeanwhile(seenSource.path);
    target = await locate(root, requested.to, { makeFolders: true, followLast: false });
    if (target.path !== seenTarget.path) throw changedMeanwhile(seenTarget.path);
    requireFree(target);
    if (source.stats.isDirectory())
      await rename(source.folder.at(source.name), target.folder.at(target.name));
    else await moveWithoutReplacing(source.folder, source.name, target.folder, target.name);
    await Promise.all([source.folder.sync(), target.folder.sync()]);
  } catch (error) {
    await target?.undo();
    throw fromSystemError(error, `move ${shown(seenSource.path)}`);
  } finally {
    await target?.close();
    await source.close();
  }
}

async function filesOf({ folder, name, path, stats }: Place): Promise<readonly ContainedFile[]> {
  if (stats?.isDirectory() === true) return folderContents(folder, name, path);
  if (stats?.isSymbolicLink() !== true) return [{ names: [], hash: await hashFile(folder.at(name), path) }];
  return [
    {
      names: [],
      hash: createHash('sha256')
        .update(await folder.readLink(name))
        .digest('hex'),
    },
  ];
}
