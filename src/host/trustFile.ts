import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { UserProfile } from './host.ts';
import { fileNameFor, readProfileFile, removeProfileFile, writeProfileFile } from './profileFile.ts';

/** What the profile keeps of a trusted folder: one file each, so that two processes that grant do not undo each other. */
interface Grant {
  readonly path: string;
  /** `dev:ino`: another folder that takes the path's place later is not the one that was trusted. */
  readonly inode: string;
  readonly at: string;
}

/** The folders that the user trusts, kept in the user's profile and bound to real path and inode. */
export class TrustFile {
  readonly #folder: string;
  readonly #now: () => Date;

  constructor(profile: Pick<UserProfile, 'config'>, now: () => Date = () => new Date()) {
    this.#folder = join(profile.config, 'trust');
    this.#now = now;
  }

  /** Whether exactly this folder is trusted now. What cannot be read is not. */
  async isTrusted(realPath: string): Promise<boolean> {
    try {
      const grant = await readProfileFile(this.#fileOf(realPath));
      return isGrant(grant) && grant.path === realPath && grant.inode === (await inodeOf(realPath));
    } catch {
      return false;
    }
  }

  /** Trusts a folder from now on. Rejects when that cannot be kept. */
  async grant(realPath: string): Promise<void> {
    const grant: Grant = {
      path: realPath,
      inode: await inodeOf(realPath),
      at: this.#now().toISOString(),
    };
    await writeProfileFile(this.#fileOf(realPath), grant);
  }

  /** Takes the trust back; resolves with whether there was any. */
  async revoke(realPath: string): Promise<boolean> {
    return removeProfileFile(this.#fileOf(realPath));
  }

  #fileOf(realPath: string): string {
    return join(this.#folder, fileNameFor(realPath));
  }
}

async function inodeOf(path: string): Promise<string> {
  const { dev, ino } = await stat(path, { bigint: true });
  return `${String(dev)}:${String(ino)}`;
}

function isGrant(value: unknown): value is Grant {
  if (typeof value !== 'object' || value === null) return false;
  return (
    'path' in value &&
    typeof value.path === 'string' &&
    'inode' in value &&
    typeof value.inode === 'string' &&
    'at' in value
  );
}
