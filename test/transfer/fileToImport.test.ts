import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unreadable } from '../../src/transfer/fileToImport.ts';
import { IMPORT_FORMATS } from '../../src/transfer/importSession.ts';
import { useHosts } from './support/useHosts.ts';

describe('a file to import that cannot be read', function () {
  this.timeout(60_000);
  const { temporary, host } = useHosts();

  it('is named with what was kept and what to do, whatever it was said to be, and nothing is written', async () => {
    const here = await host('here');
    const place = (name: string): string => join(temporary(), name);
    writeFileSync(place('empty'), '');
    mkdirSync(place('folder'));
    execFileSync('mkfifo', [place('pipe')]);
    const cases = [
      ['absent', 'not_found', /^There is no file .*absent\. Nothing was changed\. Check the name/],
      ['empty/below', 'not_found', /^There is no file .*below\. Nothing was changed\. Check the name/],
      ['empty', 'bad_archive', /the file is empty\. Nothing was changed\./],
      ['folder', 'invalid_input', /folder is not a file\. Nothing was changed\. Name a file/],
      ['pipe', 'invalid_input', /pipe is not a file\. Nothing was changed\. Name a file/],
    ] as const;
    for (const [name, code, message] of cases)
      for (const format of IMPORT_FORMATS)
        await assert.rejects(
          here.transfer.importSession(place(name), format),
          { name: 'SessionError', code, message },
          `${name} as ${format}`,
        );
    assert.equal(existsSync(join(here.root, '.coding-agent')), false);
  });

  it('says which right is missing, and that a disk failed', () => {
    const failure = (code: string): Error => Object.assign(new Error(`${code}: read`), { code });
    for (const [code, expected, message] of [
      ['EACCES', 'storage_denied', /no right to read \/there\/a\.zip\. Nothing was changed\. Give yourself/],
      ['EIO', 'storage_failed', /a\.zip cannot be read: EIO: read\. Nothing was changed\. Check the disk/],
    ] as const) {
      const { code: told, field, file, message: text } = unreadable('/there/a.zip', failure(code));
      assert.deepEqual([told, field, file], [expected, 'file', '/there/a.zip']);
      assert.match(text, message);
    }
  });
});
