import { open } from 'node:fs/promises';
import { badBundle } from './badBundle.ts';

/** A bundle of version 2 is read by every git. */
export const BUNDLE_FIRST_LINE = '# v2 git bundle\n';
const REFERENCE = /^([0-9a-f]{40}) refs\/tasks\/(task-[0-9a-f]{8}-[0-9a-f]{8})\/(before|after)$/;
const MAX_HEADER = 8 * 1024 * 1024;
const CHUNK = 64 * 1024;

/** The checkpoint of a task at one moment, as a bundle names it. */
export interface BundledCheckpoint {
  readonly taskId: string;
  readonly moment: 'before' | 'after';
  /** Git's id of it. */
  readonly id: string;
}

export interface BundleHeader {
  readonly checkpoints: readonly BundledCheckpoint[];
  /** Where git's pack begins, in bytes. */
  readonly packAt: number;
}

/** Reads what a bundle says of itself. `bad_archive` for anything but checkpoints of tasks that need nothing else. */
export async function readBundleHeader(file: string): Promise<BundleHeader> {
  const text = await headerText(file);
  if (!text.startsWith(BUNDLE_FIRST_LINE)) throw badBundle('are no git bundle of version 2');
  const lines = text.slice(BUNDLE_FIRST_LINE.length, -1).split('\n').slice(0, -1);
  const checkpoints = lines.map((line): BundledCheckpoint => {
    const [, id = '', taskId = '', moment] = REFERENCE.exec(line) ?? [];
    if (moment !== 'before' && moment !== 'after')
      throw badBundle(`have a line that is no checkpoint of a task: ${JSON.stringify(line.slice(0, 120))}`);
    return { taskId, moment, id };
  });
  const names = new Set(checkpoints.map(({ taskId, moment }) => `${taskId}/${moment}`));
  if (names.size < checkpoints.length) throw badBundle('name one of them twice');
  if (names.size === 0) throw badBundle('name none');
  return { checkpoints, packAt: Buffer.byteLength(text, 'latin1') };
}

/** All up to the empty line, which is part of it. */
async function headerText(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    let text = '';
    while (text.length < MAX_HEADER) {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(CHUNK), 0, CHUNK, text.length);
      // The empty line may begin where the last piece ended.
      const from = Math.max(0, text.length - 1);
      text += buffer.toString('latin1', 0, bytesRead);
      const end = text.indexOf('\n\n', from);
      if (end >= 0) return text.slice(0, end + 2);
      if (bytesRead === 0) break;
    }
  } finally {
    await handle.close();
  }
  throw badBundle('have no end of their list');
}
