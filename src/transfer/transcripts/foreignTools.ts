import { isAbsolute, relative, sep } from 'node:path';
import type { FileChange } from '../../core/task.ts';
import { sha256 } from '../../workspace/content.ts';
import type { TranscriptStep } from './transcript.ts';
import { field, type Json, record, text } from './json.ts';

/** The tools of other agents that do what tools of ours do, by their names in lower case. */
const NAMES: Readonly<Record<string, string>> = {
  ...{ bash: 'run_command', shell: 'run_command', exec_command: 'run_command', local_shell: 'run_command' },
  ...{ write: 'write_file', edit: 'edit_file', multiedit: 'edit_file', read: 'read_file' },
  ...{ glob: 'list_files', ls: 'list_files', list: 'list_files', find: 'list_files' },
  ...{ grep: 'search_files', todowrite: 'update_plan', update_plan: 'update_plan' },
};

const ARGUMENTS: Readonly<Record<string, string>> = { file_path: 'path', filePath: 'path', cmd: 'command' };

/** A call in our words where there are any; paths in the folder are relative to it. */
export function ownCall(tool: string, input: Json, folder: string | null): { tool: string; input: Json } {
  const key = tool.toLowerCase();
  const named = Object.hasOwn(NAMES, key) ? NAMES[key] : undefined;
  const entries = Object.entries(input).map(([name, value]) => {
    const own = Object.hasOwn(ARGUMENTS, name) ? (ARGUMENTS[name] ?? name) : name;
    if (own === 'path' && typeof value === 'string') return [own, ownPath(value, folder)] as const;
    const isWords = own === 'command' && Array.isArray(value);
    return [own, isWords ? value.map(String).join(' ') : value] as const;
  });
  return {
    tool: named ?? (tool === '' ? 'unknown' : tool.slice(0, 100)),
    input: Object.fromEntries(entries),
  };
}

/** A path as changes have it: relative to the folder, with `/`; absolute when it is outside. */
export function ownPath(path: string, folder: string | null): string {
  if (folder === null || !isAbsolute(path)) return path;
  const way = relative(folder, path);
  const isInside = way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
  return isInside ? way.replaceAll(sep, '/') : path;
}

/** A change of which the contents are known as far as they are given; `null`: there was no file. */
export function changeOf(
  path: string,
  before: string | null | undefined,
  after: string | null | undefined,
): FileChange {
  const kind = before === null ? 'added' : after === null ? 'deleted' : 'modified';
  return {
    ...{ path, kind },
    ...(typeof before === 'string' ? { before: sha256(before) } : {}),
    ...(typeof after === 'string' ? { after: sha256(after) } : {}),
  };
}

/** Lines added and removed, as a unified diff tells. */
export function lineCounts(diff: string): Pick<FileChange, 'added' | 'removed'> {
  const lines = diff.split('\n').filter(line => !/^(?:\+\+\+|---) /.test(line));
  return {
    added: lines.filter(line => line.startsWith('+')).length,
    removed: lines.filter(line => line.startsWith('-')).length,
  };
}

/** The steps of a to-do list as agents write it. */
export function stepsOf(input: Json): readonly TranscriptStep[] {
  const items = field(input, 'todos') ?? field(input, 'plan');
  if (!Array.isArray(items)) return [];
  return items.flatMap((item): TranscriptStep[] => {
    const title = text(item, 'content') ?? text(item, 'step') ?? '';
    const status = text(item, 'status') ?? '';
    if (record(item) === undefined || title === '') return [];
    const known = { completed: 'completed', in_progress: 'in_progress', cancelled: 'skipped' } as const;
    return [
      { title, status: Object.hasOwn(known, status) ? known[status as keyof typeof known] : 'pending' },
    ];
  });
}
