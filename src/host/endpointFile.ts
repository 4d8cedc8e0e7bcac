import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { lstat, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import process from 'node:process';
import * as z from 'zod';
import { SessionError } from '../core/errors.ts';
import type { ProcessTable } from '../core/ports.ts';
import type { UserProfile } from './host.ts';
import { createProcessTable } from './processTable.ts';
import { writeProfileFile } from './profileFile.ts';
import { systemIds } from './systemPorts.ts';

const MAX_BYTES = 16 * 1024;
const MAX_FILES = 1000;
const NAME = /^server-\d{1,10}-[0-9a-f]{16}\.json$/;

const token = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

const endpointSchema = z.strictObject({
  v: z.literal(1),
  /** The process, told apart from a later one with the same number. */
  owner: z.strictObject({
    pid: z.number().int().min(1),
    start: z.string().max(64).nullable(),
    host: z.string().max(300),
    boot: z.string().max(64).nullable(),
    pidNamespace: z.string().max(64).nullable(),
    nonce: z.string().regex(/^[0-9a-f]{16}$/),
  }),
  root: z.string().refine(isAbsolute),
  url: z.string().regex(/^http:\/\/(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:.]{2,45}\]):\d{1,5}$/),
  tokens: z.strictObject({ read: token, run: token, full: token }),
  startedAt: z.iso.datetime(),
});

/** A running server, as it says itself. */
export type Endpoint = z.infer<typeof endpointSchema>;

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

/** The servers that run for this user, newest first. What is not a whole, private file of a living process is passed over. */
export async function findEndpoints({ profile, folders }: EndpointPlace): Promise<readonly Endpoint[]> {
  const processes = createProcessTable(systemIds);
  const files = await Promise.all((folders ?? runtimeFolders(profile)).map(endpointFilesIn));
  const found = await Promise.all(files.flat().map(file => readEndpoint(file, processes)));
  return found
    .filter(endpoint => endpoint !== undefined)
    .sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
}

async function endpointFilesIn(folder: string): Promise<string[]> {
  try {
    await requirePrivate(folder);
    const names = (await readdir(folder)).filter(name => NAME.test(name));
    return names.slice(0, MAX_FILES).map(name => join(folder, name));
  } catch {
    return [];
  }
}

async function readEndpoint(file: string, processes: ProcessTable): Promise<Endpoint | undefined> {
  try {
    const stats = await lstat(file);
    if (!stats.isFile() || !isPrivate(stats) || stats.size > MAX_BYTES) return undefined;
    const endpoint = endpointSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    const state = processes.stateOf(endpoint.owner);
    // Its process died without a chance to remove it.
    if (state === 'dead') await rm(file, { force: true });
    return state === 'alive' ? endpoint : undefined;
  } catch {
    // Not ours, or being replaced.
    return undefined;
  }
}

/** Tokens are neither put into nor taken from a folder that is another's, or that others can enter. */
async function requirePrivate(folder: string): Promise<void> {
  const stats = await lstat(folder).catch(() => undefined);
  if (stats?.isDirectory() === true && isPrivate(stats)) return;
  throw new SessionError(
    'storage_denied',
    `${folder} is not a folder of yours alone, so no token is kept there. Remove it, or make it private (chmod 700).`,
    { file: folder },
  );
}

/** Whether it is this user's, and nobody else may even look. Windows keeps profiles private by other means. */
function isPrivate({ mode, uid }: Stats): boolean {
  return process.platform === 'win32' || ((mode & 0o077) === 0 && uid === process.getuid?.());
}
