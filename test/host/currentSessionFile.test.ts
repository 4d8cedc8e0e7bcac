import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Logger, nullLogger } from '../../src/core/logger.ts';
import { CurrentSessionFile } from '../../src/host/currentSessionFile.ts';
import { useTemporaryFolder } from '../support/temporaryFolder.ts';

const ID = '550e8400-e29b-41d4-a716-446655440000';

describe('CurrentSessionFile', () => {
  const folder = useTemporaryFolder();
  const of = (root: string, logger: Logger = nullLogger): CurrentSessionFile =>
    new CurrentSessionFile({ state: join(folder(), 'state') }, root, logger);

  it('remembers one session a root', async () => {
    assert.equal(await of('/a').get(), undefined);
    await of('/a').set({ sessionId: ID });
    assert.deepEqual(await of('/a').get(), { sessionId: ID });
    assert.equal(await of('/b').get(), undefined);
    await of('/a').set({ sessionId: ID, endTime: '2026-01-01T00:00:00.000Z' });
    assert.deepEqual(await of('/a').get(), { sessionId: ID, endTime: '2026-01-01T00:00:00.000Z' });
    await of('/a').set(undefined);
    await of('/a').set(undefined);
    assert.equal(await of('/a').get(), undefined);
  });

  it('takes no file for a choice that is none', async () => {
    await of('/a').set({ sessionId: ID });
    const [name = ''] = readdirSync(join(folder(), 'state', 'current'));
    const file = join(folder(), 'state', 'current', name);
    for (const content of [
      '',
      '{',
      'null',
      '{"root":"/a","sessionId":"../x"}',
      `{"root":"/b","sessionId":"${ID}"}`,
    ]) {
      writeFileSync(file, content);
      assert.equal(await of('/a').get(), undefined, content);
    }
  });

  it('warns and goes on when it cannot be written or read', async () => {
    writeFileSync(join(folder(), 'state'), 'a file where the folder should be');
    const warnings: string[] = [];
    const logger = { ...nullLogger, warn: (message: string) => warnings.push(message) };
    await of('/a', logger).set({ sessionId: ID });
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /^The current session could not be remembered\. Cannot write /);
    assert.equal(await of('/a', logger).get(), undefined);
  });

  it('warns when what is there cannot be read', async () => {
    await of('/a').set({ sessionId: ID });
    const [name = ''] = readdirSync(join(folder(), 'state', 'current'));
    mkdirSync(join(folder(), 'other', 'current', name), { recursive: true });
    const warnings: string[] = [];
    const logger = { ...nullLogger, warn: (message: string) => warnings.push(message) };
    assert.equal(
      await new CurrentSessionFile({ state: join(folder(), 'other') }, '/a', logger).get(),
      undefined,
    );
    assert.equal(warnings.length, 1);
  });
});
