import { lstat, readdir, readFile, rm } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import * as z from 'zod';
import type { ProcessTable } from '../core/ports.ts';
import {
  type Endpoint,
  type EndpointPlace,
  isPrivate,
  requirePrivate,
  runtimeFolders,
} from './endpointFile.ts';
import { createProcessTable } from './processTable.ts';
import { systemIds } from './systemPorts.ts';

const MAX_BYTES = 16 * 1024;
const MAX_FILES = 1000;
const NAME = /^server-\d{1,10}-[0-9a-f]{16}\.json$/;

const token = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

const endpointSchema: z.ZodType<Endpoint> = z.strictObject({
  v: z.literal(1),
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
