import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { invalidInput, SessionError } from '../core/errors.ts';
import type { WorkspaceGate } from '../core/ports.ts';
import type { TrustPolicy } from './host.ts';

/** A gate that remembers whether the root was trusted when somebody last asked. */
export interface TrustedGate extends WorkspaceGate {
  isTrusted(): boolean;
  /** Finds out, asking nobody. */
  look(): Promise<void>;
}

/** Where tasks may act: the root and what is below it once the root is trusted, other folders once they are. */
export function createWorkspaceGate(root: string, trust: TrustPolicy): TrustedGate {
  let trusted = false;
  return {
    root,
    isTrusted: () => trusted,
    async look() {
      trusted = await trust.isTrusted(root);
    },
    async requireTrust() {
      trusted = await trust.requestTrust(root);
      if (trusted) return;
      throw new SessionError(
        'not_trusted',
        `The folder ${root} is not trusted, so nothing runs or is written in it. Trust it first.`,
      );
    },
    async resolveWorkingDirectory(path) {
      if (path === undefined) return root;
      const real = await realDirectory(resolve(root, path));
      if (isWithin(root, real) || (await trust.isTrusted(real))) return real;
      const message = `The folder ${path} lies outside ${root} and is not trusted. Nothing was changed. Trust it, or use a folder inside.`;
      throw new SessionError('not_trusted', message, { field: 'workingDirectory' });
    },
  };
}

async function realDirectory(path: string): Promise<string> {
  try {
    const real = await realpath(path);
    if ((await stat(real)).isDirectory()) return real;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') {
      throw invalidInput(
        'workingDirectory',
        `The working directory ${path} cannot be read (${code ?? 'unknown error'}).`,
      );
    }
    throw invalidInput('workingDirectory', `The working directory ${path} does not exist.`);
  }
  throw invalidInput('workingDirectory', `The working directory ${path} is not a folder.`);
}

/** Whether `path` is `folder` or below it. Both real. */
function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}
