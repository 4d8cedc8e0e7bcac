import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copyProject } from '../../scripts/projectCopy.mts';
import { type Editor, openEditor } from '../../scripts/vscode/editor.mts';
import { prepareEditor } from '../../scripts/vscode/prepare.mts';
import { run } from '../../scripts/vscode/processes.mts';
import { releases } from '../../scripts/vscode/releases.mts';
import type { BenchContext } from '../context.mts';
import { generateSessions } from '../generateSessions.mts';
import { atMost, ratioRow, type Row } from '../row.mts';
import { interleave, type Measured, measured } from '../rounds.mts';

const extension = 'coding-agent.coding-agent-sessions';
const git = 'vscode.git';
const waitMs = 60_000;

/** In milliseconds of the clock, and of processor time of the thread. */
type Mark = Readonly<Record<'wall' | 'cpu', number>>;
type Marks = ReadonlyMap<string, Mark>;

/** How long VS Code says that it takes to load and activate the extension, in windows opened in turns. */
export async function activationSuite(context: BenchContext): Promise<Row[]> {
  const prepared = await prepareEditor(releases.current);
  if ('missing' in prepared) {
    context.skip(`activation in VS Code: ${prepared.missing}`);
    return [];
  }
  const folder = context.folder('activation');
  context.say('packaging');
  const project = join(folder, 'project');
  await copyProject(project);
  await run('npm', ['run', '--silent', 'package'], { cwd: project });
  const marksFolder = join(folder, 'marks');
  await mkdir(marksFolder);
  const node = await probedNode(folder, prepared.server.node, marksFolder);
  const empty = await newFolder(folder, 'empty');
  const full = await newFolder(folder, 'full');
  const count = context.scaled(10_000);
  generateSessions(full, count);
  context.say('opening windows');
  const editor = await openEditor(
    { ...prepared, server: { ...prepared.server, node } },
    { workspace: empty, vsix: join(project, 'dist', 'coding-agent-sessions.vsix') },
  );
  try {
    return rows(await measure(context, editor, { empty, full }, marksFolder), count);
  } finally {
    await editor.close();
    context.removeFolder(folder);
  }
}

/** What was measured of each window, for one of: our extension, the call of its activate(), git. */
type Figures = Record<'ours' | 'cpu' | 'call' | 'git', number[]>;
type Kind = 'empty' | 'full';

async function measure(
  context: BenchContext,
  editor: Editor,
  folders: Readonly<Record<Kind, string>>,
  marksFolder: string,
): Promise<Record<Kind, Figures>> {
  const figures: Record<Kind, Figures> = { empty: noFigures(), full: noFigures() };
  const open = (kind: Kind) => async (): Promise<number> => {
    const before = new Set(readdirSync(marksFolder));
    const window = await editor.openWindow(folders[kind]);
    const { pid, marks } = await window.until(
      'both extensions are active',
      () => Promise.resolve(newMarks(marksFolder, before)),
      waitMs,
    );
    await window.page.context().close();
    endHost(pid);
    const into = figures[kind];
    into.ours.push(loadAndActivate(marks, extension, 'wall'));
    into.cpu.push(loadAndActivate(marks, extension, 'cpu'));
    into.call.push(between(marks, 'ActivateExtension', extension, 'wall'));
    into.git.push(loadAndActivate(marks, git, 'wall'));
    return 0;
  };
  await interleave(context.rounds, { empty: open('empty'), full: open('full') });
  return figures;
}

function rows({ empty, full }: Record<Kind, Figures>, count: number): Row[] {
  // The first window of each kind warmed up.
  const of = (values: readonly number[]): Measured => measured(values.slice(1));
  return [
    ratioRow(
      `activation with ${count} sessions in the folder to activation with none`,
      ...[of(full.ours), of(empty.ours), atMost(1.1)],
    ),
    ratioRow(
      'the same in processor time of the thread, which does not count waiting for a busy machine',
      ...[of(full.cpu), of(empty.cpu), atMost(1.1)],
    ),
    ratioRow('the same without loading the code: the call of activate()', of(full.call), of(empty.call)),
    ratioRow(
      `activation with ${count} sessions to that of VS Code's own git extension in the same windows`,
      ...[of(full.ours), of(full.git), atMost(1)],
    ),
  ];
}

function noFigures(): Figures {
  return { ours: [], cpu: [], call: [], git: [] };
}

/** The marks of the extension host that started since, once both extensions are active in it. */
function newMarks(
  folder: string,
  before: ReadonlySet<string>,
): { readonly pid: number; readonly marks: Marks } | undefined {
  for (const name of readdirSync(folder)) {
    if (before.has(name)) continue;
    const marks = new Map<string, Mark>();
    for (const line of readFileSync(join(folder, name), 'utf8').split('\n')) {
      const [wall, cpu, mark] = line.split(' ');
      if (mark !== undefined) marks.set(mark, { wall: Number(wall), cpu: Number(cpu) });
    }
    const isActive = (id: string): boolean => marks.has(`code/extHost/didActivateExtension/${id}`);
    if (isActive(extension) && isActive(git)) return { pid: Number(name), marks };
  }
  return undefined;
}

/** The extension host of a closed window would wait for it to come back, and disturb the next one. */
function endHost(pid: number): void {
  try {
    process.kill(pid);
  } catch {
    // It has ended by itself.
  }
}

function loadAndActivate(marks: Marks, id: string, unit: keyof Mark): number {
  return between(marks, 'LoadExtensionCode', id, unit) + between(marks, 'ActivateExtension', id, unit);
}

function between(marks: Marks, what: string, id: string, unit: keyof Mark): number {
  const start = marks.get(`code/extHost/will${what}/${id}`);
  const end = marks.get(`code/extHost/did${what}/${id}`);
  if (start === undefined || end === undefined) throw new Error(`VS Code set no marks of ${what} for ${id}.`);
  return end[unit] - start[unit];
}

async function newFolder(parent: string, name: string): Promise<string> {
  const folder = join(parent, name);
  await mkdir(folder);
  return folder;
}

/**
 * A stand-in for `node` whose extension hosts append the performance marks that VS Code sets to a file of their own, with
 * the precise clock: VS Code itself rounds them to milliseconds. (It takes a `MonacoPerformanceMarks` that is there.)
 */
async function probedNode(folder: string, node: string, marksFolder: string): Promise<string> {
  const probe = join(folder, 'probe.cjs');
  const file = `${JSON.stringify(marksFolder)} + '/' + process.pid`;
  await writeFile(
    probe,
    `'use strict';
const { appendFileSync } = require('node:fs');
if (process.argv.includes('--type=extensionHost')) {
  const marks = [];
  globalThis.MonacoPerformanceMarks = {
    mark(name) {
      const { user, system } = process.threadCpuUsage();
      marks.push([performance.now(), (user + system) / 1000, name].join(' '));
      if (!name.startsWith('code/extHost/didActivateExtension/')) return;
      const lines = marks.splice(0).join('\\n') + '\\n';
      setTimeout(() => appendFileSync(${file}, lines), 200);
    },
    clearMarks() {},
    getMarks: () => [],
  };
}
`,
  );
  const script = join(folder, 'node.sh');
  await writeFile(script, `#!/bin/sh\nexec '${node}' --require '${probe}' "$@"\n`);
  await chmod(script, 0o755);
  return script;
}
