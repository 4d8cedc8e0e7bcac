import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { skip } from '../support/skip.ts';
import { worker } from './support/bundle.ts';
import { Child } from './support/child.ts';
import { ID, isRepository, KINDS, lay, type Lure } from './support/hostileFolders.ts';
import { removeFolder, temporaryFolder } from './support/onDisk.ts';
import { Random } from './support/random.ts';
import { canTrace, type Deed, deedsIn, TRACE, tracer } from './support/systemCalls.ts';
import { Tally } from './support/tally.ts';
import { cases, seed } from './support/tier.ts';
import { treeOf } from './support/treeOf.ts';
import type { OpenerConfig } from './workers/opener.ts';

const LOOKS = [
  ['sessions', 'list', '--archived', '--json'],
  ['sessions', 'show', ID],
  ['sessions', 'list'],
  ['tasks', 'list', '--session', ID, '--json'],
  ['tasks', 'show', 't'],
  ['tasks', 'diff', 't'],
  ['stats', '--json'],
  ['doctor', '--json'],
];
/** What may only be refused where nobody trusted the folder. */
const ATTEMPTS = [
  ['run', 'create file made.txt with content: x', '--yes'],
  ['tasks', 'retry', 't', '--yes'],
  ['sessions', 'rename', ID, 'renamed'],
  ['doctor', '--repair'],
];
const ROUTES = [
  '/sessions?archived=true',
  `/sessions/${ID}`,
  `/sessions/${ID}/tasks`,
  '/tasks/t',
  '/tasks/t/diff',
  '/stats',
];

interface Case extends Lure {
  readonly kind: string;
  readonly before: { readonly root: string; readonly out: string };
}

/** Many folders that others prepared, and one user who opens them. */
class Fair {
  readonly #base = temporaryFolder('hostile');
  readonly tally: Tally;
  readonly cases: readonly Case[];

  constructor(kinds: readonly string[], tally: Tally) {
    this.tally = tally;
    for (const name of ['home', 'config', 'cache', 'state', 'runtime'])
      mkdirSync(join(this.#base, 'user', name), { recursive: true });
    this.cases = kinds.map((kind, number) => {
      const folder = join(this.#base, String(number));
      const [root, out] = [join(folder, 'root'), join(folder, 'out')];
      const lure = { root, out, canary: join(folder, 'canary'), id: ID, random: new Random(seed + number) };
      mkdirSync(folder);
      lay(kind, lure);
      tally.fire(kind);
      return { ...lure, kind, before: { root: treeOf(root), out: treeOf(out) } };
    });
  }

  /** Opens all of them, watched, and tells what was done. */
  async open(
    commands: readonly (readonly string[])[],
    { serves = false, asksGit = false } = {},
  ): Promise<readonly Deed[]> {
    const user = (name: string): string => join(this.#base, 'user', name);
    const config: OpenerConfig = { roots: this.cases.map(({ root }) => root), commands, serves, asksGit };
    const log = join(this.#base, 'strace.log');
    const through = tracer(log, TRACE);
    const child = new Child({
      ...{ file: await worker('opener'), config, through, cwd: user('home') },
      env: {
        ...{ HOME: user('home'), XDG_CONFIG_HOME: user('config'), XDG_CACHE_HOME: user('cache') },
        ...{ XDG_STATE_HOME: user('state'), XDG_RUNTIME_DIR: user('runtime') },
      },
    });
    if (serves) await this.#request(child);
    const { code } = await child.exit;
    this.tally.expect(
      code === 0,
      `opening ended with ${code}: ${child.errors} ${child.told('error').join()}`,
    );
    this.tally.count('folders', this.cases.length);
    this.tally.count('command lines', child.told('code').length);
    return deedsIn(log);
  }

  /** Requests what there is to read from each server, and asks it to run something without the right to. */
  async #request(child: Child): Promise<void> {
    for (let number = 0; number < this.cases.length;) {
      const told = await nextLine(child, number);
      if (told === undefined) return;
      number++;
      const [, url = '', token = ''] = /^serving (\S+) (\S+)/.exec(told) ?? [];
      if (url === '') continue;
      for (const route of ROUTES) {
        const response = await fetch(url + route, { headers: { authorization: `Bearer ${token}` } });
        await response.text();
        this.tally.count('requests');
        this.tally.expect(response.status !== 500, `${route} answers ${response.status}`);
      }
      child.tell('next');
    }
  }

  /** Nothing ran, nothing was reached, and nothing was written but where it may be. */
  judge(deeds: readonly Deed[], mayWrite: (path: string, at: string) => boolean, programs: RegExp): void {
    // The first program is ourselves.
    for (const { kind, what, at } of deeds.slice(1)) {
      const of = this.cases.find(({ root }) => root === at)?.kind ?? at;
      if (kind === 'program') this.tally.expect(programs.test(what), `${of}: ran ${what}`);
      else if (kind === 'connection') this.tally.fail(`${of}: connected to ${what}`);
      else if (kind === 'signal') this.tally.fail(`${of}: sent a signal: ${what}`);
      else this.tally.expect(this.#isOwn(what, at) || mayWrite(what, at), `${of}: wrote ${what}`);
    }
    for (const { kind, canary, out, before } of this.cases) {
      this.tally.expect(!existsSync(canary), `${kind}: what it brought was run`);
      this.tally.expect(treeOf(out) === before.out, `${kind}: something outside was changed`);
    }
    this.tally.count('programs, connections and writes that were looked at', deeds.length);
  }

  /** The user's own folders, and those that the server of a case has beside it. */
  #isOwn(path: string, at: string): boolean {
    const own = [join(this.#base, 'user'), ...['config', 'cache', 'state'].map(name => join(at, '..', name))];
    return (
      path.startsWith('/dev/') || path.startsWith('/proc/') || own.some(folder => path.startsWith(folder))
    );
  }

  requireUntouched(): void {
    for (const { kind, root, before } of this.cases)
      this.tally.expect(treeOf(root) === before.root, `${kind}: the folder was changed`);
  }

  close(): void {
    removeFolder(this.#base);
  }
}

/** What the worker tells of its next server. */
async function nextLine(child: Child, number: number): Promise<string | undefined> {
  for (;;) {
    const lines = child.lines.filter(line => line.startsWith('serving ') || line.startsWith('refused '));
    if (lines[number] !== undefined) return lines[number];
    if (child.isOver) return undefined;
    await new Promise(resolve => setTimeout(resolve, 2));
  }
}

function some(count: number, among: readonly string[]): string[] {
  return Array.from({ length: count }, (_, number) => among[number % among.length] ?? '');
}

const NONE = /^$/;
const GIT = /\/git$|\/git-core\//;

describe('hostile folder: somebody else prepared it', () => {
  before(function () {
    if (process.platform !== 'linux') skip(this, 'it traces the calls of the system');
    if (!canTrace()) skip(this, 'strace is not here, or may not trace');
  });

  it('where nobody trusted it, opening runs nothing, reaches nothing and writes nothing', async () => {
    const tally = new Tally('hostile folder: not trusted');
    const fair = new Fair(some(cases(300, 2_000), KINDS), tally);
    const deeds = await fair.open([...LOOKS, ...ATTEMPTS]);
    fair.judge(deeds, () => false, NONE);
    fair.requireUntouched();
    fair.close();
    tally.finish();
  });

  it('where it is trusted, opening and serving it runs nothing, reaches nothing and writes only the ledger', async () => {
    const tally = new Tally('hostile folder: trusted');
    const fair = new Fair(some(cases(80, 1_000), KINDS), tally);
    const writes = [
      ['sessions', 'rename', ID, 'renamed'],
      ['sessions', 'create', '--title', 'made'],
      ['doctor', '--repair'],
    ];
    const trusted = [...LOOKS, ...writes];
    const deeds = await fair.open(
      trusted.map(command => [...command, '--trust']),
      { serves: true },
    );
    fair.judge(
      deeds,
      (path, at) => path === join(at, '.coding-agent') || path.startsWith(join(at, '.coding-agent/')),
      NONE,
    );
    fair.close();
    tally.finish();
  });

  it('where a task runs in it, git runs nothing that the repository names', async () => {
    const tally = new Tally('hostile folder: git');
    const kinds = KINDS.filter(isRepository);
    const fair = new Fair(some(cases(kinds.length, 10 * kinds.length), kinds), tally);
    const task = ['run', 'create file made.txt with content: x', '--new', '--yes', '--trust'];
    const deeds = await fair.open([task], { asksGit: true });
    fair.judge(deeds, () => true, GIT);
    const made = fair.cases.filter(({ root }) => existsSync(join(root, 'made.txt'))).length;
    tally.count('tasks that did what they were asked', made);
    tally.expect(made > fair.cases.length / 2, `only ${made} tasks ran`);
    fair.close();
    tally.finish();
  });
});
