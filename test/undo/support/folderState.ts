import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Everything below a folder, byte for byte: what each path is, whether it may be run, what it holds. */
export function folderState(
  root: string,
  except: readonly string[] = ['.coding-agent', '.git'],
): Record<string, string> {
  const state: Record<string, string> = {};
  const visit = (folder: string): void => {
    for (const name of readdirSync(join(root, folder)).sort()) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (except.includes(name)) continue;
      const target = join(root, path);
      const stats = lstatSync(target);
      if (stats.isSymbolicLink()) state[path] = `link ${readlinkSync(target)}`;
      else if (stats.isDirectory()) {
        state[`${path}/`] = 'folder';
        visit(path);
      } else {
        const hash = createHash('sha256').update(readFileSync(target)).digest('hex');
        state[path] = `${(stats.mode & 0o100) === 0 ? 'file' : 'program'} ${stats.size} ${hash}`;
      }
    }
  };
  visit('');
  return state;
}

/** All files below a folder, for what must not change at all. */
export function bytesOf(root: string): Record<string, string> {
  return folderState(root, []);
}
