import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { completionScript, type Shell } from '../../src/cli/completion/completionScript.ts';
import { completedCommands } from '../../src/cli/completion/completedCommands.ts';
import { skip } from '../support/skip.ts';
import { parsingProgram } from './support/parsingProgram.ts';
import { useCli } from './support/cli.ts';

const program = parsingProgram();

describe('coding-agent completion', function () {
  this.timeout(300_000);
  const cli = useCli();

  /** Sources the script in the shell itself and returns what it offers for the last of `words`. */
  const offers: Readonly<Record<Shell, (words: readonly string[]) => string[]>> = {
    bash: words =>
      outputOf('bash', ['--norc', '-c', `${completionScript('bash', program)}\n${BASH}`, 'bash', ...words]),
    zsh: words =>
      outputOf('zsh', [
        '-f',
        '-c',
        `${ZSH}\n${completionScript('zsh', program)}\n_try "$@"`,
        'zsh',
        ...words,
      ]),
    fish: words =>
      outputOf('fish', [
        '--no-config',
        '-c',
        `${completionScript('fish', program)}\ncomplete -C "${words.join(' ')}"`,
      ]).map(line => line.split('\t', 1)[0] ?? ''),
  };

  function outputOf(shell: string, args: readonly string[]): string[] {
    const { status, stdout, stderr } = spawnSync(shell, args, {
      ...{ encoding: 'utf8', cwd: cli.root, env: cli.env, timeout: 120_000 },
    });
    assert.equal(stderr, '');
    assert.equal(status, 0, stdout);
    return stdout.split('\n').filter(line => line !== '');
  }

  for (const shell of ['bash', 'zsh', 'fish'] as const) {
    describe(`in ${shell}`, () => {
      before(function () {
        const { error } = spawnSync(shell, ['-c', 'true']);
        if (error !== undefined) skip(this, `${shell} is not installed`);
      });
      const offered = (...words: string[]): string[] => offers[shell](['coding-agent', ...words]);

      it('offers every command and every option of each', () => {
        for (const { words, commands, options } of completedCommands(program)) {
          const typed = words === '' ? [] : words.split(' ');
          if (commands.length > 0)
            assert.deepEqual(offered(...typed, '').sort(), commands.map(({ name }) => name).sort(), words);
          const names = options.map(({ name }) => name).sort();
          assert.deepEqual(offered(...typed, '--').sort(), names, words);
        }
      });

      it('completes what was begun, over options that stand before it', () => {
        assert.deepEqual(offered('se').sort(), ['serve', 'sessions']);
        assert.deepEqual(offered('--json', '--root', 'tasks', 'sessions', 'sw'), ['switch']);
        assert.deepEqual(offered('run', '--session', 'sessions', '--no-'), ['--no-wait']);
      });

      it('offers the values of an option and of an argument', () => {
        assert.deepEqual(offered('token', '--scope', '').sort(), ['full', 'read', 'run']);
        assert.deepEqual(offered('tasks', 'answer', '--scope', '').sort(), ['exact', 'once', 'session']);
        const joined = shell === 'bash' ? ['--scope', '=', 'r'] : ['--scope=r'];
        const ends = offered('token', ...joined).map(value => value.replace(/^--scope=/, ''));
        assert.deepEqual(ends.sort(), ['read', 'run']);
        assert.deepEqual(offered('completion', 'z'), ['zsh']);
        mkdirSync(`${cli.root}/a folder`);
        const folders = offered('--root', 'a').map(name => name.replaceAll(/[\\/']/g, ''));
        assert.deepEqual(folders, shell === 'zsh' ? ['folders'] : ['a folder']);
        assert.deepEqual(offered('sessions', 'create', '--title', ''), []);
      });
    });
  }

  it('knows an option by its name alone: none takes a value here and none there', () => {
    const kinds = new Map<string, boolean>();
    for (const { name, values } of completedCommands(program).flatMap(({ options }) => options)) {
      assert.equal(kinds.get(name) ?? values !== undefined, values !== undefined, name);
      kinds.set(name, values !== undefined);
    }
  });

  it('prints the script that is made from the commands, and knows no other shell', async () => {
    const { code, stdout } = await cli.run(['completion', 'bash']);
    assert.deepEqual([code, stdout], [0, completionScript('bash', program)]);
    assert.equal((await cli.run(['completion', 'tcsh'])).code, 2);
  });
});

const BASH = 'COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _coding_agent; printf "%s\\n" "${COMPREPLY[@]}"';

/** Stands in for zsh's own completion, which needs a terminal and options of its own: what is offered is filtered and printed. */
const ZSH = `
compdef() { :; }
setopt extendedglob
_files() { print folders; }
compset() { words[CURRENT]=\${words[CURRENT]#*=}; }
_describe() { local each; [[ -o extendedglob ]] || return; [[ $1 == -o ]] && shift; for each in "\${(@P)2}"; do each=\${\${each//\\\\:/;}%%:*}; [[ $each == \${words[CURRENT]}* ]] && print -r -- $each; done; :; }
_try() { words=("$@") CURRENT=$#; _coding_agent; }
`;
