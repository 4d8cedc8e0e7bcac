import { readdir } from 'node:fs/promises';
import { toBytes } from './byteName.ts';

const MAX_FOLDERS = 20_000;
const PASSED_OVER = new Set(['node_modules', '.hg', '.svn', '.jj', '.venv', '__pycache__', '.coding-agent']);

/** What is in a folder of which git captured nothing. */
export interface UncapturedFolder {
  /** It and the folders in it; none of a nested repository. Byte names without a slash at the end. */
  readonly folders: readonly string[];
  /** Whether there are files in it, ignored ones perhaps. */
  readonly hasFiles: boolean;
}

/** Looks into a folder (a byte name below `root`). Stops at the first file when that is all that is asked. */
export async function lookInto(root: string, name: string, stopAtFile: boolean): Promise<UncapturedFolder> {
  const folders: string[] = [];
  const pending = [name];
  let hasFiles = false;
  for (let next = pending.pop(); next !== undefined && folders.length < MAX_FOLDERS; next = pending.pop()) {
    const entries = await readdir(Buffer.concat([toBytes(`${latin1(root)}/`), toBytes(next)]), {
      withFileTypes: true,
      encoding: 'latin1',
    }).catch(() => []);
    if (entries.some(entry => entry.name === '.git')) continue;
    folders.push(next);
    for (const entry of entries) {
      if (!entry.isDirectory()) hasFiles = true;
      else if (!PASSED_OVER.has(entry.name)) pending.push(`${next}/${entry.name}`);
    }
    if (hasFiles && stopAtFile) break;
  }
  return { folders, hasFiles };
}

function latin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}
