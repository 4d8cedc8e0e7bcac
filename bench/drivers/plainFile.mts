import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Driver } from './driver.mts';

const LAST_BYTES = 64 * 1024;

/** The file with all rows of the list, and the one with the turns of a session, a line each. */
export const PLAIN_ROWS = 'rows.json';
export const PLAIN_TURNS = 'turns.jsonl';

/** What any program needs at least: to read and parse one file with all rows, or the last 64 KiB of a session. */
export const plainFile: Pick<Driver, 'open'> = {
  open({ home }) {
    return Promise.resolve({
      list: () => {
        const rows = JSON.parse(readFileSync(join(home, PLAIN_ROWS), 'utf8')) as readonly unknown[];
        return Promise.resolve(rows.length);
      },
      resume: () => Promise.resolve(lastLines(join(home, PLAIN_TURNS)).length),
      close: () => undefined,
    });
  },
};

function lastLines(path: string): unknown[] {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(LAST_BYTES);
    const read = readSync(file, buffer, 0, LAST_BYTES, Math.max(0, fstatSync(file).size - LAST_BYTES));
    const lines = buffer.toString('utf8', 0, read).trimEnd().split('\n');
    return lines.slice(1).map(line => JSON.parse(line) as unknown);
  } finally {
    closeSync(file);
  }
}
