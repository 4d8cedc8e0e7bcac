import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const OBJECTS = 700;

/** Writes so many loose objects into a store of checkpoints that the next capture packs them. Those of another `mark` are others. */
export function fillWithObjects(store: string, mark: string): void {
  const folder = join(store, 'tmp/filling');
  mkdirSync(folder, { recursive: true });
  const files = Array.from({ length: OBJECTS }, (_, index) => join(folder, String(index)));
  for (const [index, file] of files.entries()) writeFileSync(file, `${mark} ${index}\n`);
  execFileSync('git', ['hash-object', '-w', '--stdin-paths'], {
    env: { ...process.env, GIT_DIR: store },
    input: files.join('\n'),
    stdio: ['pipe', 'ignore', 'inherit'],
  });
}
