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
import { join } from 'node:path';
import { EndpointFile, findEndpoints, runtimeFolder } from '../../src/host/endpointFile.ts';
import { useTemporaryFolder } from '../support/temporaryFolder.ts';

const token = 'A'.repeat(43);
const told = {
  root: '/workspace',
  url: 'http://127.0.0.1:3000',
  tokens: { read: token, run: token, full: token },
};

describe('the endpoint file', () => {
  const folder = useTemporaryFolder();
  const place = (): { folder: string; profile: { state: string } } => ({
    folder: join(folder(), 'run'),
    profile: { state: join(folder(), 'state') },
  });

  it('is readable by the user alone, and goes with the server', async () => {
    const endpoint = new EndpointFile(place());
    await endpoint.write(told);
    assert.equal(statSync(endpoint.file).mode & 0o777, 0o600);
    assert.equal(statSync(place().folder).mode & 0o777, 0o700);
    const [found, ...others] = await findEndpoints(place());
    assert.deepEqual(
      [found?.root, found?.url, found?.tokens, others],
      [told.root, told.url, told.tokens, []],
    );
    await endpoint.remove();
    assert.deepEqual(await findEndpoints(place()), []);
    await endpoint.remove();
  });

  it('is in the runtime folder, or in the state folder where there is none', () => {
    const profile = { state: '/home/me/.local/state/coding-agent' };
    assert.equal(runtimeFolder(profile, { XDG_RUNTIME_DIR: '/run/user/1' }), '/run/user/1/coding-agent');
    for (const env of [{}, { XDG_RUNTIME_DIR: '' }, { XDG_RUNTIME_DIR: 'relative' }])
      assert.equal(runtimeFolder(profile, env), `${profile.state}/run`);
  });

  it('neither goes to nor comes from a folder that others may enter', async () => {
    const endpoint = new EndpointFile(place());
    await endpoint.write(told);
    chmodSync(place().folder, 0o755);
    assert.deepEqual(await findEndpoints(place()), []);
    await assert.rejects(new EndpointFile(place()).write(told), { code: 'storage_denied' });
    const link = join(folder(), 'link');
    symlinkSync(place().folder, link);
    await assert.rejects(new EndpointFile({ ...place(), folder: link }).write(told), {
      code: 'storage_denied',
    });
  });

  it('is passed over when a field is not what it should be', async () => {
    const endpoint = new EndpointFile(place());
    await endpoint.write(told);
    const whole = JSON.parse(readFileSync(endpoint.file, 'utf8')) as Record<string, unknown>;
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
      writeFileSync(endpoint.file, JSON.stringify(content));
      assert.deepEqual(await findEndpoints(place()), [], JSON.stringify(content));
    }
    for (const text of ['', '{', ' '.repeat(20_000) + JSON.stringify(whole)]) {
      writeFileSync(endpoint.file, text);
      assert.deepEqual(await findEndpoints(place()), []);
    }
    writeFileSync(endpoint.file, JSON.stringify(whole));
    assert.equal((await findEndpoints(place())).length, 1);
    chmodSync(endpoint.file, 0o644);
    assert.deepEqual(await findEndpoints(place()), []);
  });

  it('of a dead process is taken away; a link or a folder in its place is left alone', async () => {
    const endpoint = new EndpointFile(place());
    await endpoint.write(told);
    const whole = JSON.parse(readFileSync(endpoint.file, 'utf8')) as { owner: object };
    const dead = { ...whole, owner: { ...whole.owner, start: '1', nonce: '0'.repeat(16) } };
    const name = (nonce: string): string => join(place().folder, `server-1-${nonce.repeat(16)}.json`);
    writeFileSync(name('a'), JSON.stringify(dead), { mode: 0o600 });
    symlinkSync(endpoint.file, name('b'));
    mkdirSync(name('c'));
    assert.equal((await findEndpoints(place())).length, 1);
    assert.deepEqual(
      readdirSync(place().folder)
        .filter(each => each.startsWith('server-1-'))
        .map(each => each[9]),
      ['b', 'c'],
    );
  });
});
