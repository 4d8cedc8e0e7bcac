import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { TrustFile } from '../../src/host/trustFile.ts';
import { skip } from '../support/skip.ts';
import { useTemporaryFolder } from '../support/temporaryFolder.ts';

describe('TrustFile', () => {
  const folder = useTemporaryFolder();
  const config = (): string => join(folder(), 'config');
  const work = (): string => join(folder(), 'work');
  const trust = (): TrustFile => new TrustFile({ config: config() });

  beforeEach(() => {
    mkdirSync(work());
  });

  it('trusts nothing by itself, and what was granted, until it is revoked', async () => {
    assert.equal(await trust().isTrusted(work()), false);
    await trust().grant(work());
    assert.equal(await trust().isTrusted(work()), true);
    assert.equal(await trust().isTrusted(folder()), false, 'not the folder above');
    assert.equal(await trust().revoke(work()), true);
    assert.equal(await trust().isTrusted(work()), false);
    assert.equal(await trust().revoke(work()), false);
  });

  it('is bound to the folder itself, not to its path alone', async () => {
    await trust().grant(work());
    // Kept, so that its inode is not given to the next one.
    renameSync(work(), `${work()}-moved`);
    mkdirSync(work());
    assert.equal(await trust().isTrusted(work()), false, 'another folder in its place');
    assert.equal(await trust().isTrusted(`${work()}-moved`), false, 'the folder in another place');
    rmSync(work(), { recursive: true });
    assert.equal(await trust().isTrusted(work()), false, 'no folder at all');
  });

  it('is readable by the user alone', async function () {
    if (process.platform === 'win32') skip(this, 'Windows has no such modes');
    await trust().grant(work());
    const [name = ''] = readdirSync(join(config(), 'trust'));
    assert.equal(statSync(join(config(), 'trust', name)).mode & 0o777, 0o600);
    assert.equal(statSync(join(config(), 'trust')).mode & 0o777, 0o700);
  });

  it('takes no file for a grant that is none', async () => {
    await trust().grant(work());
    const [name = ''] = readdirSync(join(config(), 'trust'));
    const file = join(config(), 'trust', name);
    const grant = readFileSync(file, 'utf8');
    for (const text of [
      '',
      'null',
      '[]',
      '"x"',
      grant.slice(0, -3),
      grant.replace(work(), '/elsewhere'),
      '{"__proto__":{}}',
    ]) {
      writeFileSync(file, text);
      assert.equal(await trust().isTrusted(work()), false, text);
    }
    await trust().grant(work());
    assert.equal(await trust().isTrusted(work()), true);
  });

  it('says so when it cannot be kept, and leaves nothing behind', async function () {
    if (process.getuid?.() === 0 || process.platform === 'win32') {
      writeFileSync(config(), 'a file where the folder should be');
      await assert.rejects(trust().grant(work()), { name: 'SessionError', code: 'storage_failed' });
      return;
    }
    mkdirSync(config());
    chmodSync(config(), 0o500);
    await assert.rejects(trust().grant(work()), { name: 'SessionError', code: 'storage_denied' });
    assert.deepEqual(readdirSync(config()), []);
  });

  it('keeps all of many grants made at once', async () => {
    const folders = Array.from({ length: 20 }, (_, index) => join(folder(), `work-${String(index)}`));
    for (const each of folders) mkdirSync(each);
    await Promise.all(folders.map(each => trust().grant(each)));
    const trusted = await Promise.all(folders.map(each => trust().isTrusted(each)));
    assert.deepEqual(
      trusted,
      folders.map(() => true),
    );
  });
});
