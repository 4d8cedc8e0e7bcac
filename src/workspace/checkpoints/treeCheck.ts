import { badBundle } from './badBundle.ts';
import type { CheckpointGit } from './checkpointGit.ts';
import { readObjects } from './objectReader.ts';

const MAX_OBJECTS = 1_000_000;
/** Files and folders in one checkpoint. Small trees that hold one another many times over come to billions. */
const MAX_PATHS = 1_000_000;
const MAX_DEPTH = 256;
const MAX_TREE_BYTES = 64 * 1024 * 1024;
const MAX_RECORD_BYTES = 16 * 1024 * 1024;
/** As in captures, where larger files are left out. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;
const MAX_UNPACKED = 16 * 1024 ** 3;
const FOLDER = '40000';
const FILES = new Set(['100644', '100755', '120000']);
const ID_BYTES = 20;

interface Entry {
  readonly mode: string;
  readonly name: string;
  readonly id: string;
}

/** Judges what a pack holds, once git has found each object sound and none missing: sizes, kinds, shapes. */
export class TreeCheck {
  readonly #git: CheckpointGit;
  readonly #trees = new Map<string, readonly Entry[]>();
  readonly #sizes = new Map<string, number>();
  readonly #paths = new Map<string, number>();

  private constructor(git: CheckpointGit) {
    this.#git = git;
  }

  /** `git` works on a store that has nothing but the pack. */
  static async of(git: CheckpointGit): Promise<TreeCheck> {
    const check = new TreeCheck(git);
    await check.#read();
    return check;
  }

  /** `bad_archive` unless this is a checkpoint as captures make them. */
  async requireCheckpoint(id: string): Promise<void> {
    const [files, record, ...rest] = this.#trees.get(id) ?? [];
    const isCheckpoint =
      files?.name === 'files' &&
      files.mode === FOLDER &&
      record?.name === 'record' &&
      record.mode === '100644' &&
      rest.length === 0;
    if (!isCheckpoint) throw badBundle(`have one that is none: ${id}`);
    if (this.#pathsIn(files.id, 1) > MAX_PATHS) throw badBundle(`hold more than ${MAX_PATHS} files`);
    if ((this.#sizes.get(record.id) ?? Infinity) > MAX_RECORD_BYTES)
      throw badBundle('have a record that is too large');
    const text = await this.#git.run(['cat-file', 'blob', record.id]);
    if (!isRecord(text.toString('utf8'))) throw badBundle('have a record that is none');
  }

  async #read(): Promise<void> {
    const trees: string[] = [];
    let unpacked = 0;
    for (const [id = '', type = '', size = ''] of await this.#list()) {
      unpacked += Number(size);
      this.#sizes.set(id, Number(size));
      if (type === 'tree') trees.push(id);
      else if (type !== 'blob') throw badBundle(`have a ${type} in them`);
      if (Number(size) > (type === 'tree' ? MAX_TREE_BYTES : MAX_FILE_BYTES) || unpacked > MAX_UNPACKED)
        throw badBundle('would take too much space');
    }
    await readObjects(this.#git, trees, index => {
      const parts: Uint8Array[] = [];
      return {
        write: part => void parts.push(part),
        end: () => void this.#trees.set(trees[index] ?? '', entriesOf(Buffer.concat(parts))),
      };
    });
  }

  async #list(): Promise<readonly string[][]> {
    const found: string[][] = [];
    let rest = '';
    const listed = this.#git.stream(['cat-file', '--batch-all-objects', '--batch-check', '--unordered']);
    for await (const part of listed) {
      const lines = `${rest}${part.toString('latin1')}`.split('\n');
      rest = lines.pop() ?? '';
      found.push(...lines.map(line => line.split(' ')));
      if (found.length > MAX_OBJECTS) throw badBundle(`have more than ${MAX_OBJECTS} objects`);
    }
    return found;
  }

  /** Each tree is counted once, however often it is in others. */
  #pathsIn(id: string, depth: number): number {
    const known = this.#paths.get(id);
    if (known !== undefined) return known;
    if (depth > MAX_DEPTH) throw badBundle(`have folders ${MAX_DEPTH} deep`);
    let count = 0;
    for (const entry of this.#trees.get(id) ?? []) {
      if (entry.mode === FOLDER) count += 1 + this.#pathsIn(entry.id, depth + 1);
      else if (FILES.has(entry.mode)) count++;
      else throw badBundle(`have a file of mode ${entry.mode}`);
    }
    this.#paths.set(id, count);
    return count;
  }
}

/** Git's tree: mode, name and id of each entry, one after the other. */
function entriesOf(content: Buffer): readonly Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(0x20, at);
    const end = content.indexOf(0, space);
    const next = end + 1 + ID_BYTES;
    if (space < 0 || end < 0 || next > content.length) throw badBundle('have a folder that cannot be read');
    entries.push({
      mode: content.toString('latin1', at, space),
      name: content.toString('latin1', space + 1, end),
      id: content.toString('hex', end + 1, next),
    });
    at = next;
  }
  return entries;
}

function isRecord(text: string): boolean {
  try {
    const { folders, left } = JSON.parse(text) as Partial<Record<'folders' | 'left', unknown>>;
    return [folders, left].every(names => Array.isArray(names) && names.every(isPlainPath));
  } catch {
    return false;
  }
}

function isPlainPath(name: unknown): boolean {
  if (typeof name !== 'string' || name === '' || name.includes('\0')) return false;
  return name.split('/').every(part => part !== '' && part !== '.' && part !== '..');
}
