import { chmod, copyFile, mkdir, open, readlink, rename, rm, symlink } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import path from 'node:path';
import type { CapturedEntry, RestoreStep } from '../../core/checkpoints.ts';
import { moveWithoutReplacing } from '../atomicWrite.ts';
import { Directory } from '../directory.ts';
import type { Place } from '../place.ts';
import { systemCode } from '../workspaceError.ts';
import type { CheckpointFolder } from './checkpointFolder.ts';
import type { CheckpointGit } from './checkpointGit.ts';
import { type ContentSink, readObjects } from './objectReader.ts';

const FILE_MODE = 0o666;
const PROGRAM_MODE = 0o777;

/**
 * The contents of a restore, complete and on the disk before the first file of the user is touched: what remains is renaming.
 */
export class StagedContent {
  readonly #folder: string;
  readonly #names = new Map<string, string>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Writes the `to` of every step beside the checkpoints. */
  static async write(
    git: CheckpointGit,
    store: CheckpointFolder,
    steps: readonly RestoreStep[],
  ): Promise<StagedContent> {
    const folder = store.temporary('restore');
    await mkdir(folder, { mode: 0o700 });
    const staged = new StagedContent(folder);
    try {
      const wanted = steps.flatMap(({ path: name, to }) => (to === null ? [] : [{ name, to }]));
      const sinks = wanted.map(({ name, to }, index) => {
        staged.#names.set(name, String(index));
        return () => sinkFor(path.join(folder, String(index)), to);
      });
      await readObjects(
        git,
        wanted.map(({ to }) => to.id),
        index => {
          const sink = sinks[index];
          if (sink === undefined) throw new RangeError('More objects than asked for.');
          return sink();
        },
      );
      return staged;
    } catch (error) {
      await staged.dispose();
      throw error;
    }
  }

  /** Gives the content of a step its name: in one piece, and never over something that `place` did not show. */
  async moveTo(place: Place, step: RestoreStep): Promise<void> {
    const name = this.#names.get(step.path);
    if (name === undefined || step.to === null) throw new RangeError(`Nothing is staged for ${step.path}.`);
    if (place.stats?.isFile() === true && step.to.mode !== '120000')
      await chmod(path.join(this.#folder, name), permissions(place.stats, step.to));
    try {
      await this.#rename(this.#folder, name, place);
    } catch (error) {
      // The working directory lies on another disk than the checkpoints.
      if (systemCode(error) !== 'EXDEV') throw error;
      const near = `.${randomBytes(6).toString('hex')}.tmp`;
      await copyEntry(path.join(this.#folder, name), place.folder.at(near), step.to);
      await this.#replace(place, near);
    }
    await place.folder.sync();
  }

  async dispose(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #rename(from: string, name: string, place: Place): Promise<void> {
    if (place.stats !== undefined) {
      await rename(path.join(from, name), place.folder.at(place.name));
      return;
    }
    const folder = await Directory.open(from);
    try {
      await moveWithoutReplacing(folder, name, place.folder, place.name);
    } finally {
      await folder.close();
    }
  }

  async #replace(place: Place, near: string): Promise<void> {
    try {
      if (place.stats === undefined) await moveWithoutReplacing(place.folder, near, place.folder, place.name);
      else await rename(place.folder.at(near), place.folder.at(place.name));
    } catch (error) {
      await rm(place.folder.at(near), { force: true });
      throw error;
    }
  }
}

/** The permissions that a file had, but whether it may be run. */
export function permissions(stats: Stats, { mode }: CapturedEntry): number {
  const bits = stats.mode & 0o7777;
  return mode === '100755' ? bits | ((bits & 0o444) >> 2) | 0o100 : bits & ~0o111;
}

async function sinkFor(target: string, { mode }: CapturedEntry): Promise<ContentSink> {
  if (mode === '120000') {
    const parts: Uint8Array[] = [];
    return {
      write: part => void parts.push(part),
      end: () => symlink(Buffer.concat(parts), target),
    };
  }
  const handle = await open(target, 'wx', mode === '100755' ? PROGRAM_MODE : FILE_MODE);
  return {
    write: async part => {
      await handle.writeFile(part);
    },
    end: async () => {
      await handle.sync();
      await handle.close();
    },
  };
}

async function copyEntry(from: string, to: string, { mode }: CapturedEntry): Promise<void> {
  if (mode === '120000') await symlink(await readlink(from, { encoding: 'buffer' }), to);
  else await copyFile(from, to);
}
