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
import { interleave, type Measured } from '../rounds.mts';

const extension = 'coding-agent.coding-agent-sessions';
const git = 'vscode.git';
const waitMs = 60_000;

type Marks = Readonly<Record<string, number>>;

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

interface Windows {
  readonly ours: Record<'empty' | 'full', Measured>;
  readonly call: Record<'empty' | 'full', Measured>;
  readonly git: Measured;
}

async function measure(
  context: BenchContext,
  editor: Editor,
  folders: Readonly<Record<'empty' | 'full', string>>,
  marksFolder: string,
): Promise<Windows> {
  const calls = { empty: [] as number[], full: [] as number[] };
  const gits: number[] = [];
  const open = (name: 'empty' | 'full') => async (): Promise<number> => {
    const before = new Set(readdirSync(marksFolder));
    const window = await editor.openWindow(folders[name]);
    const { pid, marks } = await window.until(
      'both extensions are active',
      () => Promise.resolve(newMarks(marksFolder, before)),
      waitMs,
    );
    await window.page.context().close();
    endHost(pid);
    gits.push(loadAndActivate(marks, git));
    calls[name].push(between(marks, 'ActivateExtension', extension));
    return loadAndActivate(marks, extension);
  };
  const ours = await interleave(context.rounds, { empty: open('empty'), full: open('full') });
  const measured = (values: readonly number[]): Measured => {
    const sorted = values.toSorted((a, b) => a - b);
    return { median: sorted[sorted.length >> 1] ?? NaN, values };
  };
  // Without the windows of the first round, which warms up.
  return {
    ours,
    call: { empty: measured(calls.empty.slice(1)), full: measured(calls.full.slice(1)) },
    git: measured(gits.slice(2)),
  };
}

function rows({ ours, call, git: builtin }: Windows, count: number): Row[] {
  const gitOnly: Measured = {
    median: builtin.median,
    values: builtin.values.filter((_, index) => index % 2 === 0),
  };
  return [
    ratioRow(
      `activation with ${count} sessions in the folder to activation with none`,
      ours.full,
      ours.empty,
      atMost(1.1),
    ),
    ratioRow('the same without loading the code: the call of activate()', call.full, call.empty),
    ratioRow(
      `activation with ${count} sessions to that of VS Code's own git extension`,
      ours.full,
      gitOnly,
      atMost(1),
    ),
  ];
}

/** The marks of the extension host that started since, once both extensions are active in it. */
function newMarks(
  folder: string,
  before: ReadonlySet<string>,
): { readonly pid: number; readonly marks: Marks } | undefined {
  for (const name of readdirSync(folder)) {
    if (before.has(name)) continue;
    const lines = readFileSync(join(folder, name), 'utf8')
      .split('\n')
      .filter(line => line.includes(' '));
    const marks = Object.fromEntries(
      lines.map(line => [line.slice(line.indexOf(' ') + 1), Number(line.slice(0, line.indexOf(' ')))]),
    );
    const isActive = (id: string): boolean => `code/extHost/didActivateExtension/${id}` in marks;
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

function loadAndActivate(marks: Marks, id: string): number {
  return between(marks, 'LoadExtensionCode', id) + between(marks, 'ActivateExtension', id);
}

function between(marks: Marks, what: string, id: string): number {
  const start = marks[`code/extHost/will${what}/${id}`];
  const end = marks[`code/extHost/did${what}/${id}`];
  if (start === undefined || end === undefined) throw new Error(`VS Code set no marks of ${what} for ${id}.`);
  return end - start;
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
      marks.push({ name, startTime: performance.now() });
      if (!name.startsWith('code/extHost/didActivateExtension/')) return;
      const lines = marks.splice(0).map(mark => mark.startTime + ' ' + mark.name + '\\n').join('');
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
