import type { CapturedEntry, CheckpointChanges, EntryChange } from '../../core/checkpoints.ts';
import { isSessionError } from '../../core/errors.ts';
import type { CheckpointRecord } from './capture.ts';
import type { CheckpointGit } from './checkpointGit.ts';
import { isCheckpointId, missingObject } from './objectReader.ts';

const FOLDER = '040000';
const NOTHING = '000000';

/** What differs between two checkpoints. */
export async function compare(git: CheckpointGit, before: string, after: string): Promise<CheckpointChanges> {
  requireId(before);
  requireId(after);
  if (before === after) return { entries: [], foldersMade: [], foldersRemoved: [] };
  const [listed, ...records] = await Promise.all([
    git.run([
      'diff-tree',
      '-r',
      '-t',
      '-z',
      '--raw',
      '--no-abbrev',
      '--no-renames',
      `${before}:files`,
      `${after}:files`,
    ]),
    readRecord(git, before),
    readRecord(git, after),
  ]).catch((error: unknown) => {
    throw isSessionError(error) ? error : missingObject(`${before} or ${after}`);
  });
  const entries: EntryChange[] = [];
  const made = new Set<string>();
  const removed = new Set<string>();
  const words = listed.toString('utf8').split('\0');
  for (let at = 0; at + 1 < words.length; at += 2) {
    const [oldMode = '', newMode = '', oldId = '', newId = ''] = (words[at] ?? '').slice(1).split(' ');
    const path = words[at + 1] ?? '';
    if (oldMode === FOLDER && newMode !== FOLDER) removed.add(path);
    if (newMode === FOLDER && oldMode !== FOLDER) made.add(path);
    const was = entryOf(oldMode, oldId);
    const is = entryOf(newMode, newId);
    if (was !== undefined || is !== undefined)
      entries.push({ path, ...(was && { before: was }), ...(is && { after: is }) });
  }
  const [old, fresh] = records.map(record => new Set(record.folders));
  // A folder without files is in no tree, but in the record: together they know every folder.
  const came = [...(fresh ?? []), ...made].filter(path => old?.has(path) !== true && !removed.has(path));
  const went = [...(old ?? []), ...removed].filter(path => fresh?.has(path) !== true && !made.has(path));
  return { entries, foldersMade: sorted(came), foldersRemoved: sorted(went) };
}

async function readRecord(git: CheckpointGit, checkpoint: string): Promise<CheckpointRecord> {
  const text = await git.run(['cat-file', 'blob', `${checkpoint}:record`]);
  const record: unknown = JSON.parse(text.toString('utf8'));
  const { folders, left } = record as Partial<CheckpointRecord>;
  return { v: 1, folders: folders ?? [], left: left ?? [] };
}

/** What a checkpoint holds under some paths. */
export async function listEntries(
  git: CheckpointGit,
  checkpoint: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, CapturedEntry>> {
  requireId(checkpoint);
  const found = new Map<string, CapturedEntry>();
  const asked = new Set(paths);
  const MOST = 500;
  for (let at = 0; at < paths.length; at += MOST) {
    const listed = await git
      .run(['ls-tree', '-r', '-z', '--full-tree', `${checkpoint}:files`, '--', ...paths.slice(at, at + MOST)])
      .catch((error: unknown) => {
        throw isSessionError(error) ? error : missingObject(checkpoint);
      });
    for (const line of listed.toString('utf8').split('\0')) {
      const [, mode = '', id = '', path = ''] = /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
      const entry = entryOf(mode, id);
      if (entry !== undefined && asked.has(path)) found.set(path, entry);
    }
  }
  return found;
}

function requireId(checkpoint: string): void {
  if (!isCheckpointId(checkpoint)) throw missingObject(JSON.stringify(checkpoint.slice(0, 80)));
}

function entryOf(mode: string, id: string): CapturedEntry | undefined {
  if (mode === NOTHING) return undefined;
  return mode === '100644' || mode === '100755' || mode === '120000' ? { mode, id } : undefined;
}

function sorted(paths: readonly string[]): string[] {
  return [...new Set(paths)].sort();
}
