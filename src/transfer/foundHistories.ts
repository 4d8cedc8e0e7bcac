import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SessionImport } from '../core/session.ts';

/** A history of another agent that is on this machine. */
export interface FoundHistory {
  readonly from: SessionImport['from'];
  readonly file: string;
  /** Bytes. */
  readonly size: number;
  readonly changedAt: Date;
}

const MAX_FILES = 10_000;
const MAX_DEPTH = 6;
const PLACES = [
  { from: 'claude-code', folder: ['.claude', 'projects'], variable: 'CLAUDE_CONFIG_DIR', below: 'projects' },
  { from: 'codex', folder: ['.codex', 'sessions'], variable: 'CODEX_HOME', below: 'sessions' },
  { from: 'pi', folder: ['.pi', 'agent', 'sessions'], variable: 'PI_CODING_AGENT_DIR', below: 'sessions' },
] as const;

/** The histories that agents keep in the user's home, newest first; their names are looked at, not what is in them. */
export async function foundHistories(
  home: string,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<readonly FoundHistory[]> {
  const found: FoundHistory[] = [];
  for (const { from, folder, variable, below } of PLACES) {
    const own = variables[variable];
    const place = own === undefined || own === '' ? join(home, ...folder) : join(own, below);
    for (const file of await transcriptFiles(place)) {
      const known = await stat(file).catch(() => undefined);
      if (known?.isFile() === true) found.push({ from, file, size: known.size, changedAt: known.mtime });
    }
  }
  return found.sort((a, b) => b.changedAt.getTime() - a.changedAt.getTime());
}

/** The files in a folder, and those below it, that may be archives or transcripts; links are not followed. */
export async function transcriptFiles(folder: string, depth = 0): Promise<readonly string[]> {
  const entries: Dirent[] = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const files: string[] = [];
  for (const entry of entries.toSorted((a, b) => a.name.localeCompare(b.name))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && depth < MAX_DEPTH) files.push(...(await transcriptFiles(path, depth + 1)));
    else if (entry.isFile() && /\.(?:jsonl|json|zip)$/.test(entry.name)) files.push(path);
    if (files.length > MAX_FILES) break;
  }
  return files;
}
