import assert from 'node:assert/strict';
import { existsSync, globSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { skip } from '../support/skip.ts';
import { useCli } from './support/cli.ts';

const PROJECT = join(import.meta.dirname, '../..');
const BUILT = join(PROJECT, 'dist/cli.js');

describe('the built command line (dist/cli.js)', function () {
  this.timeout(300_000);

  before(function () {
    if (!existsSync(BUILT)) skip(this, 'dist/cli.js is not built: npm run build');
    const built = statSync(BUILT).mtimeMs;
    const newer = globSync('src/**/*.ts', { cwd: PROJECT }).some(
      file => statSync(join(PROJECT, file)).mtimeMs > built,
    );
    if (newer) skip(this, 'dist/cli.js is older than the sources: npm run build');
  });

  const cli = useCli(BUILT);

  it("runs a task and lists it, and keeps its compiled code in the user's cache", async () => {
    const { task } = await cli.json(['run', 'create file a.txt with content: A', '--trust']);
    assert.equal(task.status, 'completed');
    assert.equal((await cli.json(['sessions', 'list'])).sessions.length, 1);
    assert.ok(readdirSync(join(cli.home, 'cache', 'coding-agent')).includes('compiled'));
  });

  it('prints its version and its help, and knows wrong use', async () => {
    assert.match((await cli.run(['--version'])).stdout, /^\d+\.\d+\.\d+\n$/);
    assert.match(
      (await cli.run(['sessions', 'list', '--help'])).stdout,
      /^Usage: coding-agent sessions list /,
    );
    assert.equal((await cli.run(['frobnicate'])).code, 2);
  });

  it('starts from a small file that loads the rest', () => {
    assert.ok(statSync(BUILT).size < 64 * 1024);
  });
});
