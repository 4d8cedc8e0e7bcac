import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { CheckpointFolder } from './checkpointFolder.ts';

/** What the last capture of a folder found; holds for the index with exactly this sum. */
export interface CaptureState {
  readonly sum: string;
  /** Git's tree of the files. */
  readonly tree: string;
  /** The record beside it, as JSON. */
  readonly record: string;
  readonly checkpoint: string;
  /** The user's index for which `kept` holds. */
  readonly userIndex: string;
  /** What the user's repository has although a rule ignores it, as byte names; and what of it was not there. */
  readonly kept: readonly string[];
  readonly missing: readonly string[];
}

const SUM_BYTES = 20;

/** Reads what fits to this index; `undefined` when there is nothing. It only saves work. */
export async function readState(
  store: CheckpointFolder,
  name: string,
  index: string,
): Promise<CaptureState | undefined> {
  try {
    const [sum, text] = await Promise.all([
      sumOf(index),
      readFile(path.join(store.path, `${name}.json`), 'utf8'),
    ]);
    const state: unknown = JSON.parse(text);
    return isState(state) && state.sum === sum ? state : undefined;
  } catch {
    return undefined;
  }
}

export async function writeState(store: CheckpointFolder, name: string, state: CaptureState): Promise<void> {
  await store.write(`${name}.json`, JSON.stringify(state));
}

/** The sum that git puts at the end of an index. */
export async function sumOf(index: string): Promise<string> {
  const handle = await open(index);
  try {
    const { size } = await handle.stat();
    const { buffer, bytesRead } = await handle.read(
      Buffer.alloc(SUM_BYTES),
      0,
      SUM_BYTES,
      Math.max(0, size - SUM_BYTES),
    );
    return buffer.subarray(0, bytesRead).toString('hex');
  } finally {
    await handle.close();
  }
}

function isState(value: unknown): value is CaptureState {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Record<string, unknown>;
  return (
    ['sum', 'tree', 'record', 'checkpoint', 'userIndex'].every(name => typeof fields[name] === 'string') &&
    ['kept', 'missing'].every(name => Array.isArray(fields[name]))
  );
}
