import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { copyProject } from '../../scripts/projectCopy.mts';
import { commandBlocks } from './commandBlocks.ts';

const root = resolve(import.meta.dirname, '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const blocks = commandBlocks(readme);
const lines = blocks.flat();
const isCli = (line: string): boolean => /^(npx )?node dist\/cli\.js /.test(line);
/** What the block of the command line is made of: run here, one after the other, in a copy of the project. */
const isForCopy = (line: string): boolean => line === 'npm run build' || isCli(line);

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The programs that a person's shell finds: without those that npm puts in front while it runs a script. */
function pathOfPerson(): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.filter(path => !path.endsWith(join('node_modules', '.bin'))).join(delimiter);
}

describe('README.md', function () {
  this.timeout(300_000);
  let folder = '';
  let project = '';

  before(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'coding-agent-readme-')));
    project = join(folder, 'coding-agent-sessions');
    await copyProject(project);
    mkdirSync(join(folder, 'home'));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** As a person with a new home types it, through a shell. */
  const type = (line: string): Promise<Outcome> =>
    new Promise(done => {
      const home = join(folder, 'home');
      const env = {
        PATH: pathOfPerson(),
        LANG: 'en_US.UTF-8',
        HOME: home,
        XDG_CONFIG_HOME: join(home, 'config'),
        XDG_CACHE_HOME: join(home, 'cache'),
        XDG_STATE_HOME: join(home, 'state'),
        GIT_CONFIG_NOSYSTEM: '1',
      };
      execFile('/bin/sh', ['-c', line], { cwd: project, env }, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        done({ code, stdout, stderr });
      }).stdin?.end();
    });

  it('has command blocks, and every line of them is run by a test', () => {
    assert.ok(blocks.length >= 2, 'blocks of commands');
    assert.ok(lines.includes('npm ci') && lines.includes('npm start') && lines.includes('npm test'));
    const installation = new Set(['npm ci', 'npm start', 'npm test']);
    for (const line of lines) assert.ok(installation.has(line) || isForCopy(line), `nothing runs "${line}"`);
  });

  it('installs and tests with exactly what CI runs', () => {
    const script = readFileSync(join(root, '.ci', 'run'), 'utf8');
    const commands = script.split('\n').filter(line => /^np[mx] /.test(line));
    const tested = blocks.find(block => block.includes('npm test'));
    assert.deepEqual(commands, tested);
  });

  it('names only scripts that there are', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    for (const file of ['README.md', 'CONTRIBUTING.md', 'bench/README.md', 'test/ui/README.md']) {
      const text = readFileSync(join(root, file), 'utf8');
      for (const [, name = ''] of text.matchAll(/npm run ([\w:-]+)/g))
        assert.ok(name in scripts, `npm run ${name} in ${file}`);
    }
    assert.ok('start' in scripts && 'test' in scripts);
  });

  it('plays the demo session without a window', async () => {
    assert.match(readme, /npm start -- --headless/);
    const { code, stdout, stderr } = await type('npm start -- --headless');
    assert.equal(code, 0, stdout + stderr);
    for (const said of [/UserProfile/, /npm test/, /Add profile/, /Success rate|success/i])
      assert.match(stdout, said);
    assert.doesNotMatch(stdout, /✗/, 'a failed task');
  });

  it('runs the block of the command line as it stands', async () => {
    const block = blocks.find(commands => commands.some(isCli));
    assert.ok(block !== undefined, 'a block with the command line');
    for (const line of block) {
      const outcome = await type(line);
      assert.equal(outcome.code, 0, `${line}\n${outcome.stdout}${outcome.stderr}`);
      checkOutput(line, outcome.stdout);
    }
    const sessions = readdirSync(join(project, '.coding-agent', 'sessions'));
    assert.equal(sessions.filter(name => name.endsWith('.events.jsonl')).length, 1, sessions.join(' '));
  });

  function checkOutput(line: string, stdout: string): void {
    const created = /run "create file (\S+) with content: ([^"]*)"/.exec(line);
    const shown = /run "\\\$ cat (\S+)"/.exec(line);
    if (created !== null)
      assert.equal(readFileSync(join(project, created[1] ?? ''), 'utf8'), `${created[2] ?? ''}\n`);
    if (shown !== null)
      assert.ok(stdout.includes(readFileSync(join(project, shown[1] ?? ''), 'utf8').trim()));
    if (line.includes(' --json')) assert.equal(typeof JSON.parse(stdout), 'object');
    if (/sessions list( |$)/.test(line)) assert.match(stdout, /\b(active|completed)\b|\b[0-9a-f]{8}\b/);
    if (line.includes('stats')) assert.match(stdout, /\d/);
    assert.notEqual(stdout.trim(), '', `${line} prints something`);
  }
});
