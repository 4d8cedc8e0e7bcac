import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../../src/workspace/content.ts';
import { createFiles } from '../../src/workspace/files.ts';
import { proposedChange } from '../../src/workspace/proposedChange.ts';
import { temporaryFolder } from './temporaryFolder.ts';

describe('what a question would change', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;

  beforeEach(async () => {
    folder = await temporaryFolder();
    await writeFile(join(folder.path, 'a.txt'), 'one\ntwo\nthree\n');
  });
  afterEach(() => folder.remove());

  const asked = async (path: string, content: string): Promise<string> =>
    (await createFiles(folder.path).planWrite(path, content)).show();

  it('is the whole file before and after, when the answer is bound to exactly that', async () => {
    for (const [path, content] of [
      ['a.txt', 'one\nTWO\nthree\n'],
      ['a.txt', 'one\ntwo\nthree'],
      ['a.txt', ''],
      ['new/b.ts', 'export const b = 1;\n'],
      ['a.txt', '--- one\n+++ two\n@@ three\n'],
    ] as const) {
      const subject = await asked(path, content);
      const before = path === 'a.txt' ? 'one\ntwo\nthree\n' : '';
      assert.deepEqual(await proposedChange(folder.path, subject, sha256(subject)), {
        ...{ path, before, after: content, isWhole: true },
      });
    }
  });

  it('is what the question shows, and no more, when the file is another one by now or a secret is hidden', async () => {
    const subject = await asked('a.txt', 'one\nTWO\nthree\n');
    await writeFile(join(folder.path, 'a.txt'), 'zero\none\ntwo\nthree\n');
    const changed = await proposedChange(folder.path, subject, sha256(subject));
    assert.deepEqual(changed, {
      ...{ path: 'a.txt', before: 'one\ntwo\nthree\n', after: 'one\nTWO\nthree\n', isWhole: false },
    });
    await writeFile(join(folder.path, 'a.txt'), 'one\ntwo\nthree\n');
    const masked = subject.replace('TWO', '[secret: 3 characters]');
    assert.equal((await proposedChange(folder.path, masked, sha256(subject)))?.isWhole, false);
  });

  it('is none for a command, a sentence or several files, and reads nothing outside', async () => {
    for (const text of ['npm test', 'Delete a.txt', '--- a/x', '']) {
      assert.equal(await proposedChange(folder.path, text, sha256(text)), undefined);
    }
    const two = `${await asked('a.txt', 'x\n')}\n${await asked('b.txt', 'y\n')}`;
    assert.equal(await proposedChange(folder.path, two, sha256(two)), undefined);
    const outside = (await asked('a.txt', 'x\n')).replaceAll('a.txt', '../../etc/passwd');
    assert.equal((await proposedChange(folder.path, outside, sha256(outside)))?.isWhole, false);
  });
});
