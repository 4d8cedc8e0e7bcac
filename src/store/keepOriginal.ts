import { basename } from 'node:path';
import { errorCode } from './fileSystem.ts';
import { openRegular, readFully } from './regularFile.ts';
import type { StorePorts } from './storePorts.ts';
import { makeWhole } from './wholeFile.ts';

const CHUNK = 1024 * 1024;
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV']);

/**
 * Gives a file a second name, `{name}.damaged-{n}`, before something else takes its first. Resolves with that name. At no
 * moment is the file without a name.
 */
export async function keepOriginal(path: string, ports: StorePorts): Promise<string> {
  const { files } = ports;
  for (let number = 1; ; number++) {
    const kept = `${path}.damaged-${number}`;
    if (files.lstat(kept) === undefined && (await giveName(path, kept, ports))) return basename(kept);
  }
}

/** Keeps a file of an older version as `{name}.v{n}.bak`, before it is written anew; one that is there already stays. */
export async function keepVersion(path: string, version: number, ports: StorePorts): Promise<void> {
  const kept = `${path}.v${version}.bak`;
  if (ports.files.lstat(kept) === undefined) await giveName(path, kept, ports);
}

/** Resolves with `false` when the name was taken meanwhile. */
async function giveName(path: string, name: string, ports: StorePorts): Promise<boolean> {
  try {
    ports.files.link(path, name);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    if (!NO_LINKS.has(errorCode(error))) throw error;
    await copy(path, name, ports);
  }
  return true;
}

async function copy(from: string, to: string, ports: StorePorts): Promise<void> {
  const { files } = ports;
  const { descriptor, stat } = openRegular(files, from, 'read');
  const content = function* (): Generator<Buffer> {
    for (let at = 0; at < stat.size; at += CHUNK) yield readFully(files, descriptor, at, CHUNK);
  };
  try {
    files.close((await makeWhole(to, content(), ports)).descriptor);
  } finally {
    files.close(descriptor);
  }
}
