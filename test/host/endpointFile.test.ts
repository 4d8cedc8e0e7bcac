import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { EndpointFile, runtimeFolders } from '../../src/host/endpointFile.ts';
import { findEndpoints } from '../../src/host/findEndpoints.ts';
import { useTemporaryFolder } from '../support/temporaryFolder.ts';

const token = 'A'.repeat(43);
const told = {
  root: '/workspace',
  url: 'http://127.0.0.1:3000',
  tokens: { read: token, run: token, full: token },
};

describe('the endpoint file', () => {
  const folder = useTemporaryFolder();
  const place = (): { folders: string[]; profile: { state: string } } => ({
    folders: [join(folder(), 'run')],
    profile: { state: join(folder(), 'state') },
  });

  const run = (): string => join(folder(), 'run');

  it('is readable by the user alone, and goes with the server', async () => {
    const endpoint = new EndpointFile(place());
    const file = await endpoint.write(told);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(statSync(run()).mode & 0o777, 0o700);
    const [found, ...others] = await findEndpoints(place());
    assert.deepEqual(
      [found?.root, found?.url, found?.tokens, others],
      [told.root, told.url, told.tokens, []],
    );
    await endpoint.remove();
    assert.deepEqual(await findEndpoints(place()), []);
    await endpoint.remove();
  });

  it('is in the runtime folder, else in the state folder', async () => {
    const profile = { state: join(folder(), 'state') };
    const state = join(profile.state, 'run');
    assert.deepEqual(runtimeFolders(profile, { XDG_RUNTIME_DIR: '/run/user/1' }), [
      '/run/user/1/coding-agent',
      state,
    ]);
    for (const env of [{}, { XDG_RUNTIME_DIR: '' }, { XDG_RUNTIME_DIR: 'relative' }])
      assert.deepEqual(runtimeFolders(profile, env), [state]);
    // One that the system did not make, as after sudo.
    const folders = runtimeFolders(profile, { XDG_RUNTIME_DIR: join(folder(), 'none') });
    const endpoint = new EndpointFile({ profile, folders });
    assert.equal(dirname(await endpoint.write(told)), state);
    assert.equal((await findEndpoints({ profile, folders })).length, 1);
  });

  it('neither goes to nor comes from a folder that others may enter', async () => {
    const endpoint = new EndpointFile(place());
    await endpoint.write(told);
    chmodSync(run(), 0o755);
    assert.deepEqual(await findEndpoints(place()), []);
    await assert.rejects(new EndpointFile(place()).write(told), { code: 'storage_denied' });
    const link = join(folder(), 'link');
    symlinkSync(run(), link);
    await assert.rejects(new EndpointFile({ ...place(), folders: [link] }).write(told), {
      code: 'storage_denied',
    });
  });

  it('is passed over when a field is not what it should be', async () => {
    const endpoint = new EndpointFile(place());
    const file = await endpoint.write(told);
    const whole = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    const owner = whole['owner'] as Record<string, unknown>;
    const bad: unknown[] = [
      ...[
        null,
        [],
        {},
        { ...whole, v: 2 },
        { ...whole, more: 1 },
        { ...whole, root: 'relative' },
        { ...whole, startedAt: 'now' },
      ],
      ...['https://evil.com', 'http://evil.com:80', 'http://127.0.0.1:3000/x', 'http://a@127.0.0.1:1'].map(
        url => ({ ...whole, url }),
      ),
      ...['', 'short', `${token}\n`, `${token.slice(1)};`].map(full => ({
        ...whole,
        tokens: { ...told.tokens, full },
      })),
      ...[0, -1, 1.5, '1'].map(pid => ({ ...whole, owner: { ...owner, pid } })),
    ];
    for (const content of bad) {
      writeFileSync(file, JSON.stringify(content));
      assert.deepEqual(await findEndpoints(place()), [], JSON.stringify(content));
    }
    for (const text of ['', '{', ' '.repeat(20_000) + JSON.stringify(whole)]) {
      writeFileSync(file, text);
      assert.deepEqual(await findEndpoints(place()), []);
    }
    writeFileSync(file, JSON.stringify(whole));
    assert.equal((await findEndpoints(place())).length, 1);
    chmodSync(file, 0o644);
    assert.deepEqual(await findEndpoints(place()), []);
  });

  it('of a dead process is taken away; a link or a folder in its place is left alone', async () => {
    const endpoint = new EndpointFile(place());
    const file = await endpoint.write(told);
    const whole = JSON.parse(readFileSync(file, 'utf8')) as { owner: object };
    const dead = { ...whole, owner: { ...whole.owner, start: '1', nonce: '0'.repeat(16) } };
    const name = (nonce: string): string => join(run(), `server-1-${nonce.repeat(16)}.json`);
    writeFileSync(name('a'), JSON.stringify(dead), { mode: 0o600 });
    symlinkSync(file, name('b'));
    mkdirSync(name('c'));
    assert.equal((await findEndpoints(place())).length, 1);
    assert.deepEqual(
      readdirSync(run())
        .filter(each => each.startsWith('server-1-'))
        .map(each => each[9]),
      ['b', 'c'],
    );
  });
});
