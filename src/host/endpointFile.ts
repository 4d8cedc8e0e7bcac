import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { lstat, mkdir, rm } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import process from 'node:process';
import { SessionError } from '../core/errors.ts';
import type { ProcessOwner } from '../core/processOwner.ts';
import type { UserProfile } from './host.ts';
import { createProcessTable } from './processTable.ts';
import { writeProfileFile } from './profileFile.ts';
import { systemIds } from './systemPorts.ts';

/** A running server, as it says itself. */
export interface Endpoint {
  readonly v: 1;
  /** The process, told apart from a later one with the same number. */
  readonly owner: ProcessOwner;
  readonly root: string;
  readonly url: string;
  readonly tokens: { readonly read: string; readonly run: string; readonly full: string };
  /** ISO 8601 UTC. */
  readonly startedAt: string;
}

export interface EndpointPlace {
  readonly profile: Pick<UserProfile, 'state'>;
  /** `runtimeFolders()` when not given. */
  readonly folders?: readonly string[] | undefined;
}

/**
 * Where this user's servers are named: in the runtime folder, which nobody else can read and which a reboot empties; in the
 * user's state where there is none, or none of theirs (`sudo`, containers). All are searched: programs see different environments.
 */
export function runtimeFolders(
  profile: Pick<UserProfile, 'state'>,
  env: Readonly<Record<string, string | undefined>> = process.env,
): readonly string[] {
  const runtime = env['XDG_RUNTIME_DIR'];
  const named = runtime !== undefined && isAbsolute(runtime) ? [join(runtime, 'coding-agent')] : [];
  return [...named, join(profile.state, 'run')];
}

/** The file by which other programs of the user find this server: one a server, readable by the user alone. */
export class EndpointFile {
  readonly #folders: readonly string[];
  #file: string | undefined;

  constructor({ profile, folders }: EndpointPlace) {
    this.#folders = folders ?? runtimeFolders(profile);
  }

  /** Tells of the server; only once it listens. Resolves with the file. */
  async write({ root, url, tokens }: Pick<Endpoint, 'root' | 'url' | 'tokens'>): Promise<string> {
    const owner = createProcessTable(systemIds).self;
    const startedAt = new Date().toISOString();
    const endpoint: Endpoint = { v: 1, owner, root, url, tokens, startedAt };
    const folder = await usableFolder(this.#folders);
    const file = join(folder, `server-${String(process.pid)}-${randomBytes(8).toString('hex')}.json`);
    await writeProfileFile(file, endpoint);
    this.#file = file;
    return file;
  }

  async remove(): Promise<void> {
    if (this.#file !== undefined) await rm(this.#file, { force: true });
  }
}

/** The first folder that is the user's alone, made if need be. */
async function usableFolder(folders: readonly string[]): Promise<string> {
  let problem: unknown;
  for (const [index, folder] of folders.entries()) {
    try {
      // A runtime folder that the system did not make is not made here either.
      const isOurs = index === folders.length - 1;
      await mkdir(folder, { recursive: isOurs, mode: 0o700 }).catch(() => undefined);
      await requirePrivate(folder);
      return folder;
    } catch (error) {
      problem = error;
    }
  }
  throw problem;
}

/** Tokens are neither put into nor taken from a folder that is another's, or that others can enter. */
export async function requirePrivate(folder: string): Promise<void> {
  const stats = await lstat(folder).catch(() => undefined);
  if (stats?.isDirectory() === true && isPrivate(stats)) return;
  throw new SessionError(
    'storage_denied',
    `${folder} is not a folder of yours alone, so no token is kept there. Remove it, or make it private (chmod 700).`,
    { file: folder },
  );
}

/** Whether it is this user's, and nobody else may even look. Windows keeps profiles private by other means. */
export function isPrivate({ mode, uid }: Stats): boolean {
  return process.platform === 'win32' || ((mode & 0o077) === 0 && uid === process.getuid?.());
}
