import assert from 'node:assert/strict';
import { chownSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { findRoot } from '../../src/host/findRoot.ts';
import { skip } from '../support/skip.ts';
import { useTemporaryFolder } from '../support/temporaryFolder.ts';

describe('findRoot', () => {
  const folder = useTemporaryFolder();
  const make = (...names: string[]): string => {
    const path = join(folder(), ...names);
    mkdirSync(path, { recursive: true });
    return path;
  };
  const find = (from: string, home = '/nowhere'): Promise<string> =>
    findRoot({ from, home, uid: process.getuid?.() });

  it('is the nearest folder upward with .coding-agent', async () => {
    make('a', '.coding-agent');
    make('a', 'b', '.coding-agent');
    assert.equal(await find(make('a', 'b', 'c', 'd')), join(folder(), 'a', 'b'));
    assert.equal(await find(make('a', 'x')), join(folder(), 'a'));
    assert.equal(await find(join(folder(), 'a')), join(folder(), 'a'));
  });

  it('is the folder itself without one', async () => {
    assert.equal(await find(make('a', 'b')), join(folder(), 'a', 'b'));
  });

  it('does not go past the git root', async () => {
    make('a', '.coding-agent');
    make('a', 'repository', '.git');
    const from = make('a', 'repository', 'src');
    assert.equal(await find(from), from);
    make('a', 'repository', '.coding-agent');
    assert.equal(await find(from), join(folder(), 'a', 'repository'));
  });

  it('does not go past the home folder', async () => {
    make('.coding-agent');
    const home = make('home');
    const from = make('home', 'project');
    assert.equal(await find(from, home), from);
    make('home', '.coding-agent');
    assert.equal(await find(from, home), home);
  });

  it('follows no link named .coding-agent, and knows folders by their real paths', async () => {
    make('a', 'real');
    symlinkSync(join(folder(), 'a', 'real'), join(folder(), 'a', '.coding-agent'));
    const from = make('a', 'b');
    assert.equal(await find(from), from);
    symlinkSync(from, join(folder(), 'link'));
    assert.equal(await find(join(folder(), 'link')), from);
  });

  it('is never one that another user owns', async function () {
    if (process.getuid?.() !== 0) skip(this, 'giving a folder to another user needs root');
    const ledger = make('a', '.coding-agent');
    const from = make('a', 'b');
    chownSync(ledger, 12345, 12345);
    assert.equal(await find(from), from);
    chownSync(ledger, 0, 0);
    chownSync(join(folder(), 'a'), 12345, 12345);
    assert.equal(await find(from), from);
  });
});
