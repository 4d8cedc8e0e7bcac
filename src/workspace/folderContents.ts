import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import type { Directory } from './directory.ts';
import { hashFile } from './content.ts';
import { isProtected } from './protectedPaths.ts';
import { shown } from './relativePath.ts';
import { WorkspaceError } from './workspaceError.ts';

/** As many files one file step may move or remove with a folder. */
const MAX_FOLDER_FILES = 1000;

export interface ContainedFile {
  /** Components below the folder. */
  readonly names: readonly string[];
  /** SHA-256 of its content; of the target's name for a link. */
  readonly hash: string;
}

/**
 * Every file in the folder `name`, links not followed. `base` is its path for messages. Rejects with `too_many_files`, or with
 * `protected` when something in it is: no file step moves or removes that along the way.
 */
export async function folderContents(
  parent: Directory,
  name: string,
  base: string,
): Promise<ContainedFile[]> {
  const files: ContainedFile[] = [];
  await collect(parent, [name], base, files);
  return files.map(file => ({ ...file, names: file.names.slice(1) }));
}

async function collect(
  parent: Directory,
  names: readonly string[],
  base: string,
  files: ContainedFile[],
): Promise<void> {
  const folder = await parent.enter(names.at(-1) ?? '');
  try {
    for (const entry of await readdir(folder.self, { withFileTypes: true })) {
      const below = [...names, entry.name];
      const path = [base, ...below.slice(1)].join('/');
      if (isProtected([...base.split('/'), ...below.slice(1)]) && !isProtected(base.split('/')))
        throw holdsProtected(base, path);
      if (entry.isDirectory()) {
        await collect(folder, below, base, files);
        continue;
      }
      if (files.length === MAX_FOLDER_FILES) throw tooMany(base);
      const hash = entry.isSymbolicLink()
        ? createHash('sha256')
            .update(await folder.readLink(entry.name))
            .digest('hex')
        : await hashFile(folder.at(entry.name), path);
      files.push({ names: below, hash });
    }
  } finally {
    await folder.close();
  }
}

function holdsProtected(base: string, path: string): WorkspaceError {
  return new WorkspaceError(
    'protected',
    `${shown(base)} holds ${shown(path)}, which is protected. Nothing was changed. Use a command if that is meant.`,
  );
}

function tooMany(base: string): WorkspaceError {
  return new WorkspaceError(
    'too_many_files',
    `${shown(base)} holds more than ${MAX_FOLDER_FILES} files, the limit of a file step. Nothing was changed. Use a command for it.`,
  );
}
