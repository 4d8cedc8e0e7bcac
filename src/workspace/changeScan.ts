import { createHash } from 'node:crypto';
import { lstat, readlink } from 'node:fs/promises';
import path from 'node:path';
import type { FileChange } from '../core/task.ts';
import { hashFile, readBytes, sha256, textOf } from './content.ts';
import { listWorkspace } from './fileList.ts';
import { ReadOnlyGit } from './git.ts';
import { countLines, linesOf } from './lineChanges.ts';

const MAX_LINE_BYTES = 1024 * 1024;
const PARALLEL = 16;
const SETTLED_MS = 100;

interface ScannedFile {
  /** Tells, without reading, whether the content may have changed. */
  readonly stamp: string;
  readonly hash: string;
  /** A number for every line; absent for binary and very large files. */
  readonly lines?: Uint32Array;
}

/** What every file of a folder held at one moment. */
export interface WorkspaceScan {
  readonly files: ReadonlyMap<string, ScannedFile>;
  /** Whether files were left out, because there are too many. */
  readonly isPartial: boolean;
}

/**
 * Tells which files changed while something ran that cannot tell it itself. Looks at what `listWorkspace` lists; reads a file
 * again only when its size, times or inode differ from the last scan. One for all tasks of a folder.
 */
export class ChangeScanner {
  readonly #root: string;
  #last: WorkspaceScan = { files: new Map(), isPartial: false };

  /** `root` is absolute and real. */
  constructor(root: string) {
    this.#root = root;
  }

  async scan(signal?: AbortSignal): Promise<WorkspaceScan> {
    const { paths, isPartial } = await listWorkspace(this.#root, new ReadOnlyGit(this.#root, signal));
    const files = new Map<string, ScannedFile>();
    const pending = [...paths].reverse();
    const work = async (): Promise<void> => {
      for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
        const file = await this.#look(name);
        if (file !== undefined) files.set(name, file);
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));
    this.#last = { files, isPartial };
    return this.#last;
  }

  /** `undefined` when there is no file, or one that cannot be read. */
  async #look(name: string): Promise<ScannedFile | undefined> {
    const target = path.join(this.#root, name);
    try {
      const stats = await lstat(target, { bigint: true });
      // A file changed a moment ago may change again within the same tick of the file system's clock.
      const isSettled = Date.now() - Number(stats.ctimeMs) > SETTLED_MS;
      const stamp = [isSettled, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs, stats.mode].join(' ');
      const known = this.#last.files.get(name);
      if (isSettled && known?.stamp === stamp) return known;
      if (stats.isSymbolicLink())
        return {
          stamp,
          hash: createHash('sha256')
            .update(await readlink(target))
            .digest('hex'),
        };
      if (!stats.isFile()) return undefined;
      if (stats.size > MAX_LINE_BYTES) return { stamp, hash: await hashFile(target, name) };
      const bytes = await readBytes(target, name);
      const text = textOf(bytes);
      return { stamp, hash: sha256(bytes), ...(text === undefined ? {} : { lines: numbersOf(text) }) };
    } catch {
      return undefined;
    }
  }
}

/** What differs between two scans. A content that vanished here and appeared there was renamed. */
export function changesBetween(before: WorkspaceScan, after: WorkspaceScan): FileChange[] {
  const vanished = [...before.files].filter(([name]) => !after.files.has(name));
  const appeared = [...after.files].filter(([name]) => !before.files.has(name));
  const renamed = new Set<string>();
  const byHash = Map.groupBy(vanished, ([, file]) => file.hash);
  const changes: FileChange[] = [];
  for (const [name, file] of appeared) {
    // Empty files are all alike: one that vanished says nothing about one that appeared.
    const from = file.lines?.length === 0 ? undefined : byHash.get(file.hash)?.shift()?.[0];
    if (from === undefined) {
      changes.push({ path: name, kind: 'added', after: file.hash, ...counts([], file.lines) });
      continue;
    }
    renamed.add(from);
    changes.push({
      path: name,
      from,
      kind: 'renamed',
      before: file.hash,
      after: file.hash,
      ...counts(file.lines, file.lines),
    });
  }
  for (const [name, file] of vanished) {
    if (!renamed.has(name))
      changes.push({ path: name, kind: 'deleted', before: file.hash, ...counts(file.lines, []) });
  }
  for (const [name, file] of after.files) {
    const was = before.files.get(name);
    if (was === undefined || was.hash === file.hash) continue;
    changes.push({
      path: name,
      kind: 'modified',
      before: was.hash,
      after: file.hash,
      ...counts(was.lines, file.lines),
    });
  }
  return changes.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function counts(
  before: ArrayLike<number> | undefined,
  after: ArrayLike<number> | undefined,
): Partial<FileChange> {
  return before === undefined || after === undefined ? {} : countLines(Array.from(before), Array.from(after));
}

/** 32 bits of every line's hash (FNV-1a): enough to count changed lines without keeping the text. */
function numbersOf(text: string): Uint32Array {
  return Uint32Array.from(linesOf(text), line => {
    let hash = 0x811c9dc5;
    for (let index = 0; index < line.length; index++)
      hash = Math.imul(hash ^ line.charCodeAt(index), 0x01000193);
    return hash;
  });
}
