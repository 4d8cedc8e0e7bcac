import type { FileChange } from '../core/task.ts';
import { bytes, createNew, replaceFile } from './atomicWrite.ts';
import { MAX_TEXT_BYTES, readBytes, requireText, sha256, textOf, tooLarge } from './content.ts';
import { countLines, linesOf, shownCounts, unifiedDiff } from './lineChanges.ts';
import { changedMeanwhile, locate, missing, type Place, taken } from './place.ts';
import type { AppliedChange, PlannedChange } from './plannedChange.ts';
import { shown } from './relativePath.ts';
import { fromSystemError, WorkspaceError } from './workspaceError.ts';

/** Plans a new file; `file_exists` when there is one. */
export async function planCreate(root: string, path: string, content: string): Promise<PlannedChange> {
  requireFileName(path);
  const seen = await look(root, path);
  if (seen.content !== undefined) throw taken(seen.path);
  return planText(root, path, seen, content);
}

/** Plans a file's whole content, whether there is one or not. */
export async function planWrite(root: string, path: string, content: string): Promise<PlannedChange> {
  requireFileName(path);
  return planText(root, path, await look(root, path), content);
}

/** Plans a changed text of an existing file. */
export async function planEdit(
  root: string,
  path: string,
  edit: (text: string) => string,
): Promise<PlannedChange> {
  const seen = await look(root, path);
  if (seen.content === undefined) throw missing(seen.path);
  return planText(root, path, seen, edit(requireText(seen.content, seen.path)));
}

interface Seen {
  readonly path: string;
  readonly isProtected: boolean;
  /** `undefined`: there is no file. */
  readonly content: Buffer | undefined;
}

function requireFileName(path: string): void {
  if (!/[\\/]$/.test(path)) return;
  throw new WorkspaceError(
    'not_a_file',
    `${shown(path)} names a folder. Nothing was changed. Name a file in it.`,
  );
}

async function look(root: string, path: string): Promise<Seen> {
  const place = await locate(root, path);
  try {
    return { path: place.path, isProtected: place.isProtected, content: await contentOf(place) };
  } catch (error) {
    throw fromSystemError(error, `read ${shown(path)}`);
  } finally {
    await place.close();
  }
}

async function contentOf(place: Place): Promise<Buffer | undefined> {
  if (place.stats === undefined) return undefined;
  if (!place.stats.isDirectory()) return readBytes(place.folder.at(place.name), place.path);
  throw new WorkspaceError(
    'not_a_file',
    `${shown(place.path)} is a folder. Nothing was changed. Name a file.`,
  );
}

function planText(root: string, requested: string, seen: Seen, content: string): PlannedChange {
  const after = Buffer.from(content);
  if (after.length > MAX_TEXT_BYTES) throw tooLarge(seen.path, MAX_TEXT_BYTES);
  const before = seen.content;
  const oldText = before === undefined ? '' : textOf(before);
  return {
    paths: [seen.path],
    isProtected: seen.isProtected,
    show: () => unifiedDiff(seen.path, before === undefined ? undefined : (oldText ?? '(binary)\n'), content),
    apply: async () => {
      if (before?.equals(after) === true) return { changes: [], detail: 'no change' };
      await store(root, requested, seen, after);
      const counts = oldText === undefined ? undefined : countLines(linesOf(oldText), linesOf(content));
      return written(seen, after, counts);
    },
  };
}

function written(
  seen: Seen,
  after: Buffer,
  counts: ReturnType<typeof countLines> | undefined,
): AppliedChange {
  const change: FileChange = {
    path: seen.path,
    kind: seen.content === undefined ? 'added' : 'modified',
    ...(seen.content === undefined ? {} : { before: sha256(seen.content) }),
    after: sha256(after),
    ...counts,
  };
  return { changes: [change], detail: counts === undefined ? `${after.length} bytes` : shownCounts(counts) };
}

async function store(root: string, requested: string, seen: Seen, content: Buffer): Promise<void> {
  const place = await locate(root, requested, { makeFolders: true });
  try {
    // The approval was for another file: a link has been turned since.
    if (place.path !== seen.path || place.isProtected !== seen.isProtected) throw changedMeanwhile(seen.path);
    const { folder, name, stats } = place;
    if (seen.content === undefined) {
      if (stats !== undefined) throw taken(seen.path);
      await createNew(folder, name, bytes(content));
      return;
    }
    const { content: expected } = seen;
    if (stats === undefined) throw changedMeanwhile(seen.path);
    await replaceFile(folder, name, bytes(content), stats, async () => {
      const now = await readBytes(folder.at(name), seen.path).catch(() => undefined);
      if (now?.equals(expected) !== true) throw changedMeanwhile(seen.path);
    });
  } catch (error) {
    await place.undo();
    throw fromSystemError(error, `write ${shown(seen.path)}`);
  } finally {
    await place.close();
  }
}
