import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Document, useCli } from './support/cli.ts';

const ID = '550e8400-e29b-41d4-a716-446655440000';

describe('bad input on the command line', function () {
  this.timeout(300_000);
  const cli = useCli();
  const folder = (...names: string[]): string => join(cli.root, '.coding-agent', ...names);

  /** Refused with a code and a sentence, on both channels, and nothing created. */
  async function refused(
    args: readonly string[],
    exit: number,
    code: string,
    input?: string,
  ): Promise<Document> {
    const before = existsSync(folder()) ? readdirSync(folder('sessions')).sort() : [];
    const outcome = await cli.run([...args, '--json'], input === undefined ? {} : { input });
    assert.equal(outcome.code, exit, `${args.join(' ').slice(0, 200)}: ${outcome.stdout}${outcome.stderr}`);
    const problem = JSON.parse(outcome.stdout) as Document;
    assert.deepEqual([problem.code, typeof problem.title, typeof problem.detail], [code, 'string', 'string']);
    assert.match(outcome.stderr, /^coding-agent: [A-Z"/].*[.)]\n/);
    assert.doesNotMatch(outcome.stderr, /\n\s+at |Error:|node:internal/);
    assert.deepEqual(existsSync(folder()) ? readdirSync(folder('sessions')).sort() : [], before);
    return problem;
  }

  it('an id that is not a lower-case UUID version 4', async () => {
    await cli.json(['sessions', 'create', '--trust']);
    const bad = ['x', '../../etc', ID.toUpperCase(), ID.replace('-4', '-1'), ID.slice(0, 8), `${ID} `, ''];
    for (const id of bad) {
      const problem = await refused(['sessions', 'show', id], 2, 'invalid_input');
      assert.equal(problem.field, 'sessionId');
    }
    for (const command of ['switch', 'end', 'delete', 'restore', 'purge', 'archive', 'pin', 'tag']) {
      await refused(['sessions', command, 'x'], 2, 'invalid_input');
    }
    await refused(['sessions', 'rename', 'x', 'title'], 2, 'invalid_input');
    await refused(['run', '$ true', '--session', 'x'], 2, 'invalid_input');
    await refused(['tasks', 'list', '--session', 'x'], 2, 'invalid_input');
    await refused(['stats', '--session', 'x'], 2, 'invalid_input');
  });

  it('an unknown id', async () => {
    await cli.json(['sessions', 'create', '--trust']);
    for (const args of [
      ['sessions', 'show', ID],
      ['sessions', 'switch', ID],
      ['sessions', 'end', ID],
      ['sessions', 'delete', ID],
      ['sessions', 'restore', ID],
      ['run', '$ true', '--session', ID],
      ['tasks', 'list', '--session', ID],
      ['tasks', 'show', 'task-550e8400-12345678'],
      ['tasks', 'cancel', 'nothing'],
      ['tasks', 'retry', ''],
      ['stats', '--session', ID],
    ]) {
      await refused(args, 2, 'not_found');
    }
  });

  it('a working directory or root that is missing, a file, or outside', async () => {
    await cli.json(['trust']);
    writeFileSync(join(cli.root, 'file'), '');
    symlinkSync(cli.home, join(cli.root, 'out'));
    await refused(['sessions', 'create', '--working-directory', 'missing'], 2, 'invalid_input');
    await refused(['sessions', 'create', '--working-directory', 'file'], 2, 'invalid_input');
    await refused(['sessions', 'create', '--working-directory', '..'], 3, 'not_trusted');
    await refused(['sessions', 'create', '--working-directory', 'out'], 3, 'not_trusted');
    await refused(['sessions', 'list', '--root', 'missing'], 2, 'invalid_input');
    await refused(['sessions', 'list', '--root', 'file'], 2, 'invalid_input');
    assert.equal(existsSync(folder()), false);
  });

  it('an empty or an oversized task', async () => {
    for (const task of ['', '   ', '\n']) await refused(['run', task, '--trust'], 2, 'invalid_input');
    await refused(['run', '-', '--trust'], 2, 'invalid_input', '');
    const problem = await refused(
      ['run', '-', '--trust', '--new'],
      2,
      'invalid_input',
      'x'.repeat(1024 * 1024),
    );
    assert.equal(problem.field, 'task');
    await refused(['run', '-', '--trust'], 2, 'invalid_input', 'x'.repeat(4 * 1024 * 1024));
    assert.equal(existsSync(folder()), false, 'nothing was created');
  });

  it('an unknown type, agent, status, limit, time, command or option', async () => {
    for (const args of [
      ['run', 'x', '--type', 'magic'],
      ['run', 'x', '--agent', 'skynet'],
      ['run', 'x', '--agent', 'acp:'],
      ['run', 'x', '--new', '--session', ID],
      ['run', 'x', 'y'],
      ['run'],
      ['sessions', 'list', '--status', 'open'],
      ['sessions', 'list', '--limit', '0'],
      ['sessions', 'list', '--limit', '1001'],
      ['sessions', 'list', '--limit', 'many'],
      ['sessions', 'list', '--cursor', 'nonsense'],
      ['sessions', 'end', '--status', 'active'],
      ['sessions', 'search', ''],
      ['sessions', 'rename', ID],
      ['tasks', 'list', '--status', 'open'],
      ['stats', '--since', 'yesterday'],
      ['stats', '--since', '1h', '--until', '2h'],
      ['stats', '--period', 'fortnight'],
      ['stats', '--period', 'week', '--since', '1h'],
      ['stats', '--csv', '--json'],
      ['sessions', 'frobnicate'],
      ['frobnicate'],
      ['sessions', 'list', '--frobnicate'],
      ['sessions'],
      ['sessions', 'tag', ID],
      ['help', 'frobnicate'],
      [],
    ]) {
      await refused([...args, '--trust'], 2, 'invalid_input');
    }
    const { stderr } = await cli.run(['sessions', 'expo']);
    assert.match(stderr, /^coding-agent: Unknown command 'expo'\. Did you mean export\?\n/);
  });

  it('a title or a tag that is none', async () => {
    const { sessionId } = await cli.json(['sessions', 'create', '--trust', '--title', 'Kept']);
    for (const title of ['x'.repeat(201), 'two\nlines', 'a\u001b[2Jb']) {
      await refused(['sessions', 'rename', sessionId, title], 2, 'invalid_input');
      await refused(['sessions', 'create', '--title', title], 2, 'invalid_input');
    }
    await refused(['sessions', 'tag', sessionId, 'x'.repeat(65)], 2, 'invalid_input');
    const { metadata } = await cli.json(['sessions', 'show', sessionId]);
    assert.deepEqual([metadata.title, metadata.tags, metadata.lastEventSeq], ['Kept', [], 1]);
  });

  it('ending twice, also by two processes at once', async () => {
    const { sessionId } = await cli.json(['sessions', 'create', '--trust']);
    const both = await Promise.all([1, 2].map(() => cli.run(['sessions', 'end', sessionId, '--json'])));
    assert.deepEqual(both.map(({ code }) => code).sort(), [0, 1]);
    const loser = both.find(({ code }) => code === 1);
    assert.equal((JSON.parse(loser?.stdout ?? '') as Document).code, 'session_ended');
    await refused(['sessions', 'end', sessionId], 1, 'session_ended');
    const { metadata } = await cli.json(['sessions', 'show', sessionId]);
    assert.deepEqual([metadata.status, metadata.lastEventSeq], ['completed', 2]);
  });

  it('damaged session files: named, never listed, and nothing of them is changed', async () => {
    const { sessionId } = await cli.json(['sessions', 'create', '--trust', '--title', 'Whole']);
    const ids = ['1', '2', '3', '4'].map(digit => ID.replace(/^5/, digit));
    writeFileSync(folder('sessions', `${ids[0] ?? ''}.session.json`), '');
    writeFileSync(folder('sessions', `${ids[1] ?? ''}.session.json`), Buffer.from([0, 255, 1, 2]));
    symlinkSync('/etc/passwd', folder('sessions', `${ids[2] ?? ''}.session.json`));
    mkdirSync(folder('sessions', `${ids[3] ?? ''}.session.json`));
    const page = await cli.json(['sessions', 'list']);
    assert.deepEqual(
      page.sessions.map(session => session.sessionId),
      [sessionId],
    );
    assert.deepEqual(
      page.damaged.map(({ file }) => file).sort(),
      ids.map(id => `${id}.session.json`),
    );
    for (const id of ids) await refused(['sessions', 'show', id], 4, 'damaged');
    await refused(['run', '$ true', '--session', ids[0] ?? ''], 4, 'damaged');
    assert.equal(readFileSync(folder('sessions', `${ids[0] ?? ''}.session.json`), 'utf8'), '');
    assert.match((await cli.run(['sessions', 'list'])).stdout, /damaged\t1/);
  });

  it('a journal with a damaged line costs that line only', async () => {
    const { sessionId } = await cli.json(['sessions', 'create', '--trust', '--title', 'First']);
    await cli.json(['sessions', 'rename', sessionId, 'Second']);
    await cli.json(['sessions', 'pin', sessionId]);
    const journal = folder('sessions', `${sessionId}.events.jsonl`);
    writeFileSync(journal, readFileSync(journal, 'utf8').replace('Second', 'Sec0nd'));
    rmSync(folder('sessions', `${sessionId}.session.json`));
    const { metadata } = await cli.json(['sessions', 'show', sessionId]);
    assert.deepEqual([metadata.title, metadata.pinned], ['First', true]);
    assert.match((await cli.run(['sessions', 'show', sessionId])).stdout, /! .*events\.jsonl at byte /);
  });

  it('a configuration with a mistake is named', async () => {
    mkdirSync(join(cli.home, 'config', 'coding-agent'), { recursive: true });
    writeFileSync(join(cli.home, 'config', 'coding-agent', 'config.json'), '{"agent": 3}');
    const problem = await refused(['run', '$ true', '--trust'], 2, 'invalid_input');
    assert.match(problem.detail, /config\.json cannot be used\. agent: /);
    await cli.json(['sessions', 'list']);
  });

  it('a store that cannot be written to', async () => {
    writeFileSync(folder(), 'a file where the folder should be');
    const problem = await cli.json(['sessions', 'create', '--trust'], 4);
    assert.match(problem.code, /^(storage_|damaged)/);
    assert.equal(readFileSync(folder(), 'utf8'), 'a file where the folder should be');
  });
});
