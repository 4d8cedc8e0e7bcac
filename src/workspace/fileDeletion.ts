import { createHash, randomBytes } from 'node:crypto';
import { rename, rm, rmdir, unlink } from 'node:fs/promises';
import type { FileChange } from '../core/task.ts';
import { MAX_TEXT_BYTES, hashFile, readBytes, textOf } from './content.ts';
import { folderContents } from './folderContents.ts';
import { linesOf, shownCounts } from './lineChanges.ts';
import { changedMeanwhile, locate, missing, type Place } from './place.ts';
import type { AppliedChange, PlannedChange } from './plannedChange.ts';
import { shown } from './relativePath.ts';
import { fromSystemError, WorkspaceError } from './workspaceError.ts';

/** Plans the removal of a file, of a link (never of what it leads to), or of a folder with everything in it. */
export async function planDelete(root: string, path: string): Promise<PlannedChange> {
  const place = await locate(root, path, { followLast: false });
  try {
    if (place.name === '') {
      throw new WorkspaceError(
        'outside',
        'The working directory itself is not deleted. Nothing was changed. Name what is in it.',
      );
    }
    if (place.stats === undefined) throw missing(place.path);
    return place.stats.isDirectory()
      ? await planFolder(root, path, place)
      : await planFile(root, path, place);
  } catch (error) {
    throw fromSystemError(error, `delete ${shown(path)}`);
  } finally {
    await place.close();
  }
}

async function planFile(root: string, requested: string, place: Place): Promise<PlannedChange> {
  const before = await hashOf(place);
  const lines = await removedLines(place);
  return {
    paths: [place.path],
    isProtected: place.isProtected,
    show: () => `Delete ${place.path}\nSHA-256 ${before}`,
    apply: async () => {
      await atPlace(root, requested, place, async now => {
        if (now.stats === undefined || (await hashOf(now)) !== before) throw changedMeanwhile(place.path);
        await unlink(now.folder.at(now.name));
        await now.folder.sync();
      });
      return applied([{ path: place.path, kind: 'deleted', before, ...lines }]);
    },
  };
}

async function planFolder(root: string, requested: string, place: Place): Promise<PlannedChange> {
  const files = await folderContents(place.folder, place.name, place.path);
  const fingerprint = JSON.stringify(files);
  return {
    paths: [place.path],
    isProtected: place.isProtected,
    show: () =>
      [
        `Delete folder ${place.path} with ${files.length} files`,
        ...files.map(file => file.names.join('/')),
      ].join('\n'),
    apply: async () => {
      await atPlace(root, requested, place, async now => {
        if (now.stats?.isDirectory() !== true) throw changedMeanwhile(place.path);
        // It goes in one piece first: after that nothing can come between.
        const doomed = `.${randomBytes(6).toString('hex')}.deleted`;
        await rename(now.folder.at(now.name), now.folder.at(doomed));
        if (JSON.stringify(await folderContents(now.folder, doomed, place.path)) !== fingerprint) {
          await rename(now.folder.at(doomed), now.folder.at(now.name));
          throw changedMeanwhile(place.path);
        }
        await remove(now, doomed, files.length === 0);
      });
      return applied(
        files.map(file => ({
          path: [place.path, ...file.names].join('/'),
          kind: 'deleted',
          before: file.hash,
        })),
        `${files.length} files`,
      );
    },
  };
}

async function remove(place: Place, name: string, isEmpty: boolean): Promise<void> {
  if (isEmpty) await rmdir(place.folder.at(name)).catch(() => rm(place.folder.at(name), { recursive: true }));
  else await rm(place.folder.at(name), { recursive: true });
  await place.folder.sync();
}

async function atPlace(
  root: string,
  requested: string,
  seen: Place,
  act: (place: Place) => Promise<void>,
): Promise<void> {
  const now = await locate(root, requested, { followLast: false });
  try {
    if (now.path !== seen.path) throw changedMeanwhile(seen.path);
    await act(now);
  } catch (error) {
    throw fromSystemError(error, `delete ${shown(seen.path)}`);
  } finally {
    await now.close();
  }
}

function hashOf({ folder, name, path, stats }: Place): Promise<string> {
  if (stats?.isSymbolicLink() !== true) return hashFile(folder.at(name), path);
  return folder.readLink(name).then(target => createHash('sha256').update(target).digest('hex'));
}

async function removedLines({
  folder,
  name,
  path,
  stats,
}: Place): Promise<{ added?: number; removed?: number }> {
  if (stats === undefined || !stats.isFile() || stats.size > MAX_TEXT_BYTES) return {};
  const text = textOf(await readBytes(folder.at(name), path));
  return text === undefined ? {} : { added: 0, removed: linesOf(text).length };
}

function applied(changes: readonly FileChange[], detail?: string): AppliedChange {
  const removed = changes[0]?.removed;
  return {
    changes,
    detail: detail ?? (removed === undefined ? 'deleted' : shownCounts({ added: 0, removed })),
  };
}
