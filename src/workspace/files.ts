import { MAX_TEXT_BYTES, readBytes, requireText } from './content.ts';
import { planCopy } from './fileCopy.ts';
import { planDelete } from './fileDeletion.ts';
import { planMove } from './fileMove.ts';
import { planCreate, planEdit, planWrite } from './fileWriting.ts';
import { planFolder } from './folderCreation.ts';
import { locate, missing } from './place.ts';
import type { PlannedChange } from './plannedChange.ts';
import { shown } from './relativePath.ts';
import { fromSystemError, WorkspaceError } from './workspaceError.ts';

/**
 * The files below one folder. Every method rejects with a `WorkspaceError`; a rejected one has changed nothing. Paths are
 * relative to the root (or absolute below it), with `/`.
 */
export interface WorkspaceFiles {
  /** Absolute, real. */
  readonly root: string;
  /** The text of a file of at most `limit` bytes (10 MB when not given). */
  readText(path: string, limit?: number): Promise<string>;
  /** Whether there is a file, folder or link of that name. */
  exists(path: string): Promise<boolean>;
  /** A new file; `file_exists` when there is one. Folders above it are made. */
  planCreate(path: string, content: string): Promise<PlannedChange>;
  /** A file with this content, whether there was one or not. */
  planWrite(path: string, content: string): Promise<PlannedChange>;
  /** A changed text. `edit` gets the whole text and gives the whole new one, or throws. */
  planEdit(path: string, edit: (text: string) => string): Promise<PlannedChange>;
  /** Moves a file or folder to a name that is free. */
  planMove(from: string, to: string): Promise<PlannedChange>;
  /** Copies a file to a name that is free. */
  planCopy(from: string, to: string): Promise<PlannedChange>;
  /** Removes a file, a link, or a folder with everything in it. */
  planDelete(path: string): Promise<PlannedChange>;
  planFolder(path: string): Promise<PlannedChange>;
}

/** `root` is the real path of the working directory. Looks at nothing yet. */
export function createFiles(root: string): WorkspaceFiles {
  return {
    root,
    readText: (path, limit = MAX_TEXT_BYTES) => readText(root, path, limit),
    exists: path => exists(root, path),
    planCreate: (path, content) => planCreate(root, path, content),
    planWrite: (path, content) => planWrite(root, path, content),
    planEdit: (path, edit) => planEdit(root, path, edit),
    planMove: (from, to) => planMove(root, from, to),
    planCopy: (from, to) => planCopy(root, from, to),
    planDelete: path => planDelete(root, path),
    planFolder: path => planFolder(root, path),
  };
}

async function readText(root: string, path: string, limit: number): Promise<string> {
  const place = await locate(root, path);
  try {
    if (place.stats === undefined) throw missing(place.path);
    if (place.stats.isDirectory())
      throw new WorkspaceError('not_a_file', `${shown(place.path)} is a folder. Name a file.`);
    return requireText(await readBytes(place.folder.at(place.name), place.path, limit), place.path);
  } catch (error) {
    throw fromSystemError(error, `read ${shown(path)}`);
  } finally {
    await place.close();
  }
}

async function exists(root: string, path: string): Promise<boolean> {
  const place = await locate(root, path, { followLast: false });
  await place.close();
  return place.stats !== undefined;
}
