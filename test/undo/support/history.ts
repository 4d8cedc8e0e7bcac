import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';

/** What happens to a folder, as a person, a program or an agent would do it. */
export type Change =
  | { readonly do: 'write'; readonly path: string; readonly content: Uint8Array }
  | { readonly do: 'append'; readonly path: string; readonly content: Uint8Array }
  | { readonly do: 'rename'; readonly path: string; readonly to: string }
  | { readonly do: 'delete'; readonly path: string }
  | { readonly do: 'mode'; readonly path: string; readonly program: boolean }
  | { readonly do: 'link'; readonly path: string; readonly to: string }
  | { readonly do: 'folder'; readonly path: string };

/** Few names, so that histories meet themselves: a file becomes a folder, a link a file. */
const NAMES = [
  'a.txt',
  'b.txt',
  'dir/c.txt',
  'dir/sub/d.bin',
  'dir/sub',
  'dir',
  'other/e',
  'naïve ☃ 名.txt',
  'with space/ f ',
  'empty',
  'empty/inner',
  '-dash',
  'UPPER.TXT',
  'ignored.log',
] as const;

const path = fc.constantFrom(...NAMES);
const content = fc.oneof(
  fc.constant(new Uint8Array()),
  fc
    .constantFrom('one\n', 'one\ntwo\n', 'one\r\ntwo\r\n', 'no end', '\ufeffmark\n')
    .map(text => Buffer.from(text)),
  fc.uint8Array({ maxLength: 200 }),
);

export const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('write' as const), path, content }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('append' as const), path, content }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('rename' as const), path, to: path }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('delete' as const), path }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('mode' as const), path, program: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('link' as const), path, to: path }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('folder' as const), path }) },
);

/** Does it, as far as what is there allows. */
export function apply(root: string, changes: readonly Change[]): void {
  for (const one of changes) {
    try {
      applyOne(root, one);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (!['ENOENT', 'ENOTDIR', 'EISDIR', 'EEXIST', 'EINVAL', 'ENOTEMPTY', 'ELOOP'].includes(code ?? ''))
        throw error;
    }
  }
}

function applyOne(root: string, one: Change): void {
  const target = join(root, one.path);
  const stats = lstatSync(target, { throwIfNoEntry: false });
  const isFile = stats?.isFile() === true;
  switch (one.do) {
    case 'write':
    case 'append':
      if (stats !== undefined && !isFile) rmSync(target, { recursive: true });
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(
        target,
        one.do === 'append' && isFile ? Buffer.concat([readFileSync(target), one.content]) : one.content,
      );
      return;
    case 'rename':
      if (stats === undefined || existsSync(join(root, one.to))) return;
      mkdirSync(dirname(join(root, one.to)), { recursive: true });
      renameSync(target, join(root, one.to));
      return;
    case 'delete':
      rmSync(target, { recursive: true, force: true });
      return;
    case 'mode':
      if (isFile) chmodSync(target, one.program ? 0o755 : 0o644);
      return;
    case 'link':
      if (stats !== undefined) return;
      mkdirSync(dirname(target), { recursive: true });
      symlinkSync(one.to, target);
      return;
    case 'folder':
      mkdirSync(target, { recursive: true });
  }
}
