import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { copyProject } from '../../scripts/projectCopy.mts';
import { run } from '../../scripts/vscode/processes.mts';
import { onPath } from '../../scripts/vscode/systemPackages.mts';
import { skip } from '../support/skip.ts';

const KB = 1024;

/** What is shipped, built in a copy of the project so that `dist/` stays as it is. */
describe('what is shipped', function () {
  this.timeout(300_000);
  let folder = '';
  let project = '';
  let modules: readonly string[] = [];
  const dist = (name: string): string => join(project, 'dist', name);

  before(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'coding-agent-size-')));
    project = join(folder, 'project');
    await copyProject(project);
    // The build for development says which modules are in a bundle.
    await run(process.execPath, ['esbuild.js'], { cwd: project });
    const map = JSON.parse(readFileSync(dist('extension.js.map'), 'utf8')) as { sources: string[] };
    modules = map.sources.map(source => source.replace(/^(\.\.\/)+/, ''));
    await run('npm', ['run', '--silent', 'package'], { cwd: project });
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('the extension bundle has at most 120 KB', () => {
    const { size } = statSync(dist('extension.js'));
    assert.ok(size <= 120 * KB, `${size} bytes`);
  });

  it('the VSIX has less than 2 MB', () => {
    const { size } = statSync(dist('coding-agent-sessions.vsix'));
    assert.ok(size < 2048 * KB, `${size} bytes`);
  });

  it("the client's types are whole: a strict compiler finds all that they refer to", () => {
    const program = ts.createProgram([dist('types/client/client.d.ts')], {
      ...{ strict: true, noEmit: true, types: [], lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'] },
      ...{ module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16 },
    });
    const problems = ts.getPreEmitDiagnostics(program);
    assert.deepEqual(
      problems.map(({ messageText }) => messageText),
      [],
    );
  });

  it('the extension bundle has no code that does the work, serves HTTP or talks to models', () => {
    assert.ok(modules.includes('src/extension/extension.ts'), modules.join(' '));
    const rooms = /^src\/(store|workspace|agents|api|cli)\/|^src\/host\/createHost|node_modules\//;
    assert.deepEqual(
      modules.filter(module => rooms.test(module)),
      [],
    );
    const required = readFileSync(dist('extension.js'), 'utf8').matchAll(/require\("([^"]+)"\)/g);
    const heavy = /^(node:)?(https?|http2|net|tls|dgram|child_process|worker_threads|sqlite)$/;
    assert.deepEqual(
      [...required].map(([, name = '']) => name).filter(name => heavy.test(name)),
      [],
    );
  });

  it('activate() accesses no file synchronously, and neither does loading the code', () => {
    const helper = join(import.meta.dirname, 'support', 'activate.cjs');
    const output = execFileSync(process.execPath, [helper, dist('extension.js'), folder], {
      encoding: 'utf8',
    });
    const { registered, ...calls } = JSON.parse(output) as { registered: number };
    assert.ok(registered > 20, `${registered} commands were registered`);
    assert.deepEqual(calls, { loading: [], activating: [], returned: 'object' });
  });

  it('a warm list of sessions reads no session file, and not the code of the server', async function () {
    if ((await onPath('strace')) === undefined) skip(this, 'strace is not installed');
    const work = join(folder, 'work');
    mkdirSync(work);
    const env = { ...process.env, ...ownFolders(join(folder, 'home')) };
    const agent = (args: readonly string[], trace?: string): string => {
      const program = [process.execPath, dist('cli.js'), ...args];
      const watched =
        trace === undefined
          ? program
          : ['strace', '-f', '-y', '-e', 'trace=openat,open,read,pread64', '-o', trace, ...program];
      const [command = '', ...rest] = watched;
      return execFileSync(command, rest, { cwd: work, env, encoding: 'utf8' });
    };
    for (const name of ['one', 'two', 'three'])
      agent(['run', `create file ${name} with content: ${name}`, '--new', '--trust']);
    agent(['sessions', 'list']);
    const trace = join(folder, 'trace');
    const { sessions } = JSON.parse(agent(['sessions', 'list', '--json'], trace)) as { sessions: unknown[] };
    assert.equal(sessions.length, 3);
    const calls = readFileSync(trace, 'utf8').split('\n');
    assert.ok(
      calls.some(call => call.includes('cli.js')),
      'the trace has what the program read',
    );
    assert.ok(!calls.some(call => call.includes('server.js')), 'the bundle of the server was loaded');
    const names = readdirSync(join(work, '.coding-agent', 'sessions'));
    assert.deepEqual(
      names.filter(name => calls.some(call => call.includes(name))),
      [],
      'session files were opened or read',
    );
  });
});

function ownFolders(home: string): NodeJS.ProcessEnv {
  const folders = ['CONFIG', 'CACHE', 'STATE', 'DATA'].map(name => [
    `XDG_${name}_HOME`,
    join(home, name.toLowerCase()),
  ]);
  return Object.fromEntries([['HOME', home], ...folders]) as Record<string, string>;
}
