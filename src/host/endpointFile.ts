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
  /** `runtimeFolder()` when not given. */
  readonly folder?: string | undefined;
}

/** Where this user's servers are named: in the runtime folder, which nobody else can read and which a reboot empties. */
export function runtimeFolder(
  profile: Pick<UserProfile, 'state'>,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const runtime = env['XDG_RUNTIME_DIR'];
  return runtime !== undefined && isAbsolute(runtime)
    ? join(runtime, 'coding-agent')
    : join(profile.state, 'run');
}

/** The file by which other programs of the user find this server: one a server, readable by the user alone. */
export class EndpointFile {
  readonly file: string;
  readonly #folder: string;

  constructor({ profile, folder }: EndpointPlace) {
    this.#folder = folder ?? runtimeFolder(profile);
    const name = `server-${String(process.pid)}-${randomBytes(8).toString('hex')}.json`;
    this.file = join(this.#folder, name);
  }

  /** Tells of the server; only once it listens. */
  async write({ root, url, tokens }: Pick<Endpoint, 'root' | 'url' | 'tokens'>): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await requirePrivate(this.#folder);
    const startedAt = new Date().toISOString();
    const endpoint: Endpoint = {
      v: 1,
      owner: createProcessTable(systemIds).self,
      root,
      url,
      tokens,
      startedAt,
    };
    await writeProfileFile(this.file, endpoint);
  }

  async remove(): Promise<void> {
    await rm(this.file, { force: true });
  }
}

/** The servers that run for this user, newest first. What is not a whole, private file of a living process is passed over. */
export async function findEndpoints({ profile, folder }: EndpointPlace): Promise<readonly Endpoint[]> {
  const place = folder ?? runtimeFolder(profile);
  let names: string[];
  try {
    await requirePrivate(place);
    names = await readdir(place);
  } catch {
    return [];
  }
  const files = names.filter(name => NAME.test(name)).slice(0, MAX_FILES);
  const processes = createProcessTable(systemIds);
  const found = await Promise.all(files.map(name => readEndpoint(join(place, name), processes)));
  return found
    .filter(endpoint => endpoint !== undefined)
    .sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
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
  const stats = await lstat(folder);
  if (stats.isDirectory() && isPrivate(stats)) return;
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
