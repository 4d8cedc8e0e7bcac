import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { mkdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { rulesOf } from '../../src/agents/permissionRule.ts';
import { copyFile } from '../../src/agents/tools/copyFile.ts';
import { createFolder } from '../../src/agents/tools/createFolder.ts';
import { deleteFile } from '../../src/agents/tools/deleteFile.ts';
import { editFile } from '../../src/agents/tools/editFile.ts';
import { listFiles } from '../../src/agents/tools/listFiles.ts';
import { moveFile } from '../../src/agents/tools/moveFile.ts';
import { readFile } from '../../src/agents/tools/readFile.ts';
import { runCommand } from '../../src/agents/tools/runCommand.ts';
import type { Tool } from '../../src/agents/tools/tool.ts';
import { writeFile } from '../../src/agents/tools/writeFile.ts';
import { createFiles } from '../../src/workspace/files.ts';
import { WorkspaceError } from '../../src/workspace/workspaceError.ts';
import { leadingOut, oddForms, refusedForms } from '../support/escapeForms.ts';
import { skip } from '../support/skip.ts';
import { removeFolder, temporaryFolder } from './support/onDisk.ts';
import { ALLOWED, payloads } from './support/payloads.ts';
import { Tally } from './support/tally.ts';
import { cases } from './support/tier.ts';
import { Toolbox } from './support/toolbox.ts';

const SECRET = 'a secret that lies outside 7c1e';
const YES = { approveInAdvance: true, rules: [] };

/** A working directory, and beside it what must not be touched or read. */
class Yard {
  readonly #folder = temporaryFolder('escape');
  readonly root = join(this.#folder, 'root');
  readonly out = join(this.#folder, 'out');

  constructor() {
    mkdirSync(join(this.root, 'inside/deep'), { recursive: true });
    mkdirSync(join(this.out, 'deep'), { recursive: true });
    writeFileSync(join(this.out, 'secret'), SECRET);
    this.refill();
    for (const [name, target] of leadingOut(this)) symlinkSync(target, join(this.root, name));
  }

  refill(): void {
    rmSync(join(this.root, 'stolen'), { recursive: true, force: true });
    writeFileSync(join(this.root, 'plain'), 'plain');
  }

  /** What changed outside; nothing when all is as it was. */
  get trespass(): string | undefined {
    const seen = [readdirSync(this.#folder), readdirSync(this.out, { recursive: true })].map(names =>
      names.map(String).sort().join(' '),
    );
    const secret = existsSync(join(this.out, 'secret')) ? readFileSync(join(this.out, 'secret'), 'utf8') : '';
    const isWhole = seen.join(', ') === 'out root, deep secret' && secret === SECRET;
    return isWhole ? undefined : `${seen.join(', ')}: ${secret}`;
  }

  remove(): void {
    removeFolder(this.#folder);
  }
}

/** Every way in which a model names a path. */
const USES: readonly (readonly [tool: Tool<unknown>, input: (path: string) => Record<string, string>])[] = [
  [readFile, path => ({ path })],
  [listFiles, path => ({ path })],
  [writeFile, path => ({ path, content: 'x' })],
  [editFile, path => ({ path, old_text: 'secret', new_text: 'x' })],
  [createFolder, path => ({ path })],
  [moveFile, path => ({ from: 'plain', to: path })],
  [moveFile, path => ({ from: path, to: 'stolen' })],
  [copyFile, path => ({ from: 'plain', to: path })],
  [copyFile, path => ({ from: path, to: 'stolen' })],
  [deleteFile, path => ({ path })],
];

describe('escape: a model names paths and command lines that lead out', () => {
  before(function () {
    if (process.platform !== 'linux') skip(this, 'only Linux opens files relative to an open folder');
  });

  it('no path form reads or writes outside, by any tool', async () => {
    const tally = new Tally('escape: paths');
    const yard = new Yard();
    for (const form of [...refusedForms(yard), ...oddForms(yard)]) {
      const tools = new Toolbox(yard.root, YES);
      tally.count('path forms');
      for (const [tool, input] of USES) {
        const outcome = await tools.call(tool, input(form));
        tally.count('calls');
        const said = outcome.status === 'completed' ? outcome.result.text : '';
        tally.expect(!said.includes(SECRET), `${tool.name} read the secret by ${JSON.stringify(form)}`);
        const stolen = join(yard.root, 'stolen');
        tally.expect(
          !contentOf(stolen).includes(SECRET),
          `${tool.name} took the secret by ${JSON.stringify(form)}`,
        );
        yard.refill();
      }
      const { trespass } = yard;
      tally.expect(trespass === undefined, `${JSON.stringify(form)} left ${trespass}`);
      if (trespass !== undefined) break;
    }
    yard.remove();
    tally.finish();
  });

  it('a folder that turns into a link and back leads nowhere', async () => {
    const tally = new Tally('escape: flips');
    const yard = new Yard();
    const at = (name: string): string => join(yard.root, name);
    await mkdir(at('flip'));
    await symlink(yard.out, at('trap'));
    await symlink('inside', at('turn'));
    const wanted = cases(20_000, 200_000);
    let flips = 0;
    /** A tool may make or remove the folder in between: then that step is missed. */
    const missed = (): undefined => undefined;
    const flip = async (): Promise<void> => {
      await rename(at('flip'), at('parked')).catch(missed);
      await rename(at('trap'), at('flip')).catch(missed);
      await rename(at('flip'), at('trap')).catch(missed);
      await rm(at('flip'), { recursive: true, force: true }).catch(missed);
      await rename(at('parked'), at('flip')).catch(() => rm(at('parked'), { recursive: true, force: true }));
      await mkdir(at('flip')).catch(missed);
      await symlink(yard.out, at('trap')).catch(missed);
      for (const target of ['../out', 'inside']) {
        await symlink(target, at('next'));
        await rename(at('next'), at('turn'));
      }
      flips += 4;
    };
    const flipping = async (): Promise<void> => {
      while (flips < wanted) await flip();
    };
    const writing = async (worker: number): Promise<void> => {
      for (let index = 0; flips < wanted; index++) {
        // A run keeps all its records.
        const tools = new Toolbox(yard.root, YES);
        const folder = index % 2 === 0 ? 'flip' : 'turn';
        const path = `${folder}/${worker}-${index % 50}`;
        const read = await tools.call(readFile, { path: `${folder}/secret` });
        const said = read.status === 'completed' ? read.result.text : '';
        tally.expect(!said.includes(SECRET), 'the secret was read');
        const wrote = await tools.call(writeFile, { path, content: String(index) });
        if (index % 3 === 0) await tools.call(deleteFile, { path });
        tally.count(wrote.status === 'completed' ? 'written inside' : 'refused');
      }
    };
    /** What tools write with, without a broker before it: many more steps fall between two flips. */
    const reaching = async (worker: number): Promise<void> => {
      const files = createFiles(yard.root);
      for (let index = 0; flips < wanted; index++) {
        const folder = index % 2 === 0 ? 'flip' : 'turn';
        const path = `${folder}/${worker}-${index % 50}`;
        try {
          if (index % 3 === 0)
            await files.readText(`${folder}/secret`).then(() => tally.fail('the secret was read'));
          else if (index % 3 === 1) await (await files.planWrite(path, String(index))).apply();
          else await (await files.planDelete(path)).apply();
          tally.count('reached inside');
        } catch (error) {
          if (!(error instanceof WorkspaceError)) throw error;
          tally.count('not reached');
        }
      }
    };
    await Promise.all([flipping(), writing(1), writing(2), reaching(3), reaching(4)]);
    tally.fire('flips', flips);
    const { trespass } = yard;
    tally.expect(trespass === undefined, `outside there is ${trespass}`);
    yard.remove();
    tally.finish();
  });

  it('no command line runs anything but exactly what was allowed, without a shell', async () => {
    const tally = new Tally('escape: shell');
    const yard = new Yard();
    writeFileSync(join(yard.root, 'README.md'), 'readme\n');
    const canary = join(yard.root, 'canary');
    writeFileSync(join(yard.root, 'evil.sh'), `#!/bin/sh\ntouch ${canary}\n`);
    chmodSync(join(yard.root, 'evil.sh'), 0o755);
    const rules = rulesOf({ allow: ALLOWED.map(args => ({ tool: 'run_command', args })) });
    const control = new Toolbox(yard.root, { approveInAdvance: false, rules });
    await control.call(runCommand, { command: 'echo allowed' });
    tally.expect(control.started.length === 1, 'what is allowed is not run');
    for (const command of payloads(canary)) {
      const tools = new Toolbox(yard.root, { approveInAdvance: false, rules });
      const outcome = await tools.call(runCommand, { command });
      tally.count('payloads');
      tally.count(outcome.status);
      for (const argv of tools.started)
        tally.expect(isAllowed(argv), `${JSON.stringify(command)} ran ${argv.join(' ')}`);
      tally.expect(!existsSync(canary), `${JSON.stringify(command)} did what it wanted`);
      rmSync(canary, { recursive: true, force: true });
      if (tally.problems > 5) break;
    }
    const { trespass } = yard;
    tally.expect(trespass === undefined, `outside there is ${trespass}`);
    yard.remove();
    tally.finish();
  });
});

function isAllowed(argv: readonly string[]): boolean {
  return ALLOWED.some(args => {
    const isOpen = args.at(-1) === '*';
    const named = isOpen ? args.slice(0, -1) : args;
    return (isOpen || named.length === argv.length) && named.every((arg, index) => argv[index] === arg);
  });
}

/** A link that was moved is still only a link. */
function contentOf(path: string): string {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(path, 'utf8') : '';
}
