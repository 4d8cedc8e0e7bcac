import assert from 'node:assert/strict';
import { type Document, useCli } from './support/cli.ts';
import { parsingProgram } from './support/parsingProgram.ts';

describe('coding-agent --help', function () {
  this.timeout(300_000);
  const cli = useCli();

  it('describes every command, with examples that are right and the options that all accept', async () => {
    const groups: string[][] = [[]];
    const seen: string[] = [];
    for (let group = groups.shift(); group !== undefined; group = groups.shift()) {
      const { code, stdout, stderr } = await cli.run([...group, '--help']);
      const name = ['coding-agent', ...group].join(' ');
      assert.deepEqual([code, stderr], [0, ''], name);
      assert.ok(stdout.startsWith(`Usage: ${name} `), stdout);
      const commands = namesIn(stdout);
      groups.push(...commands.map(command => [...group, command]));
      assert.match(stdout, /\nExamples:\n {2}[A-Z].*:\n {4}\$ coding-agent /, name);
      const called = await Promise.all(examplesIn(stdout).map(commandOf));
      assert.ok(
        called.some(command => `${command} `.startsWith(`${name} `)),
        `an example of ${name} among ${called.join(', ')}`,
      );
      if (commands.length > 0) continue;
      seen.push(group.join(' '));
      for (const option of ['--root', '--json', '--jsonl', '--yes', '--trust', '--version', '--help']) {
        assert.match(stdout, new RegExp(`\\n  ${option} `), `${option} of ${name}`);
      }
      assert.ok(
        stdout.split('\n').every(line => line.length <= 100 || line.includes('$ ')),
        name,
      );
    }
    for (const command of ['run', 'sessions list', 'sessions purge', 'tasks retry', 'stats', 'trust']) {
      assert.ok(seen.includes(command), command);
    }
  });

  it('says what the exit codes mean', async () => {
    const { stdout } = await cli.run(['--help']);
    for (const code of ['0', '1', '2', '3', '4', '130'])
      assert.match(stdout, new RegExp(`\\n {2}${code} +[a-z]`));
  });

  it('accepts the global options before and after a command', async () => {
    for (const args of [
      ['--json', '--root', cli.root, 'sessions', 'list'],
      ['sessions', '--json', 'list', '--root', cli.root],
      ['sessions', 'list', '--root', cli.root, '--json', '--yes', '--trust'],
    ]) {
      const { code, stdout } = await cli.run(args, { cwd: 'home' });
      assert.equal(code, 0);
      assert.deepEqual(JSON.parse(stdout), { sessions: [], damaged: [] });
    }
    const { code, stdout } = await cli.run(['sessions', 'list', '--version']);
    assert.deepEqual([code, /^\d+\.\d+\.\d+\n$/.test(stdout)], [0, true]);
  });

  it('takes a task that looks like an option after --', async () => {
    const { code, stdout } = await cli.run(['run', '--trust', '--json', '--', '--help']);
    const { task } = JSON.parse(stdout) as Document;
    assert.deepEqual([code, task.description], [1, '--help']);
    assert.equal(task.errorCode, 'no_agent');
  });
});

/** The commands that a help text lists. */
function namesIn(help: string): string[] {
  const [, list = ''] = /\nCommands:\n([\s\S]*?)(\n\n|$)/.exec(help) ?? [];
  return [...list.matchAll(/^ {2}([a-z]+)/gm)].map(([, name]) => name ?? '').filter(name => name !== 'help');
}

function examplesIn(help: string): string[] {
  const [, text = ''] = /\nExamples:\n([\s\S]*)/.exec(help) ?? [];
  return [...text.matchAll(/^ {4}\$ coding-agent (.+)$/gm)].map(([, line]) => line ?? '');
}

/** The command that a line of a shell calls; rejects when it could not be parsed. */
async function commandOf(line: string): Promise<string> {
  // Not what the shell does with the input and the output.
  const [own = ''] = line.split(/ [|<>] /, 1);
  const args = [...own.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  let called = '';
  const program = parsingProgram(name => {
    called = name;
  });
  await program.parseAsync(args, { from: 'user' });
  return called;
}
