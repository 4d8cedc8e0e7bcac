import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { invalidInput, isSessionError } from '../../core/errors.ts';
import { inertLine } from '../../core/inertText.ts';
import type { SessionTransfer } from '../../host/transfer.ts';
import { homeFolder } from '../../host/userProfile.ts';
import type { ExportFormat } from '../../transfer/exportSession.ts';
import type { ImportedSession, ImportFormat } from '../../transfer/importSession.ts';
import { type Act, type CommandInput, type CommandResult, examples } from '../command.ts';
import { exitCodeOfError } from '../exitCode.ts';
import { titleOf } from '../sessionText.ts';
import { currentSession } from './tasks.ts';

const ID = '550e8400-e29b-41d4-a716-446655440000';
/** As in transfer/, which is loaded only when something is exported or imported. */
const EXPORTS: readonly ExportFormat[] = ['zip', 'markdown', 'html', 'json'];
const IMPORTS: readonly ImportFormat[] = ['auto', 'zip', 'claude-code', 'codex', 'opencode', 'pi'];
const EXTENSIONS: readonly (readonly [RegExp, ExportFormat])[] = [
  [/\.md$|\.markdown$/i, 'markdown'],
  [/\.html?$/i, 'html'],
  [/\.json$/i, 'json'],
];

/** The commands that take sessions elsewhere and take them in. */
export function registerSessionTransfer(sessions: Command, act: Act): void {
  examples(
    sessions
      .command('export')
      .description(
        'Writes a session to one file: a zip with every record, byte for byte, which can be imported elsewhere, or a report to read.',
      )
      .argument('[session]', 'its id; the current one when not given')
      .option('--out <file>', 'the file, or a folder for it; - for standard output')
      .option('--with-checkpoints', 'a zip with the files as each task found and left them, for its diffs')
      .addOption(new Option('--format <format>', "zip when the file's name does not tell").choices(EXPORTS))
      .action(act(exportSession)),
    [`sessions export ${ID}`, 'All of it, as a zip file in this folder:'],
    [`sessions export ${ID} --with-checkpoints`, 'With what its tasks changed in files:'],
    ['sessions export --out report.html', 'The current session as a page that loads nothing:'],
    ['sessions export --format markdown --out - | less', 'As text:'],
  );
  examples(
    sessions
      .command('import')
      .description(
        'Takes in what an export wrote, or the histories of Claude Code, Codex, opencode (its export) and pi. They are marked as imported: they can be read, and grant nothing. What is here already is left as it is; of a history that went on, what is new is added.',
      )
      .argument('[file...]', 'zip files and transcripts, or folders of them')
      .addOption(new Option('--format <format>', 'what the files are').choices(IMPORTS).default('auto'))
      .option('--list', 'list the histories of other agents on this machine; nothing is imported')
      .action(act(importSessions)),
    ['sessions import profile-page-550e8400.zip', 'A session from another machine:'],
    ['sessions import --list', 'What other agents keep here:'],
    ['sessions import ~/.claude/projects', 'All sessions of Claude Code:'],
  );
}

async function exportSession({ context, args, options }: CommandInput): Promise<CommandResult> {
  const out = options.text('out');
  const format = formatOf(options.text('format'), out);
  const host = await context.host();
  const sessionId = args[0] ?? (await currentSession(host.sessions));
  const request = { format, checkpoints: options.flag('withCheckpoints') };
  const { terminal } = context;
  if (out === '-') {
    if (format === 'zip' && terminal.isPerson)
      throw invalidInput('out', 'A zip file is nothing for a terminal. Name a file, or pass it on.');
    const exported = await host.transfer.exportSession(sessionId, request);
    for await (const piece of exported.content) await terminal.writeBytes(piece);
    return { document: undefined };
  }
  const saved = await host.transfer.saveSession(sessionId, request, {
    path: resolve(out ?? '.'),
    replace: false,
  });
  const damage =
    saved.damage === 0
      ? ''
      : `Places in it that cannot be read: ${terminal.format.number(saved.damage)}. Repair it before you rely on the export: coding-agent doctor --repair\n`;
  const text = (): string =>
    terminal.isPerson
      ? `Exported to ${inertLine(saved.file)} (${terminal.format.count(saved.bytes, 'byte', 'bytes')}).\n${checkpointText(context, saved.checkpoints)}${damage}`
      : `${saved.file}\n`;
  return { document: { sessionId, format, ...saved }, text };
}

function checkpointText({ terminal }: CommandInput['context'], count: number | null): string {
  if (count === null) return '';
  return count === 0
    ? 'No checkpoints are kept of its tasks, so none are in it.\n'
    : `With the checkpoints of ${terminal.format.count(count, 'task', 'tasks')}.\n`;
}

function formatOf(given: string | undefined, out: string | undefined): ExportFormat {
  const named = EXPORTS.find(format => format === given);
  return named ?? EXTENSIONS.find(([pattern]) => pattern.test(out ?? ''))?.[1] ?? 'zip';
}

/** A file, and whether it was named rather than found in a folder that was. */
interface Named {
  readonly file: string;
  readonly isNamed: boolean;
}

interface Failed {
  readonly file: string;
  readonly code: string;
  readonly detail: string;
}

async function importSessions({ context, args, options }: CommandInput): Promise<CommandResult> {
  const { transfer } = await context.host();
  if (options.flag('list')) return listHistories(context, transfer);
  if (args.length === 0) throw invalidInput('file', 'Which file? See what there is: sessions import --list');
  const format = IMPORTS.find(known => known === options.text('format')) ?? 'auto';
  const files = await filesOf(args, transfer);
  const imported: ImportedSession[] = [];
  const failed: Failed[] = [];
  for (const { file, isNamed } of files) {
    context.signal.throwIfAborted();
    try {
      imported.push(await transfer.importSession(file, format));
    } catch (error) {
      if (files.length === 1 || !isSessionError(error)) throw error;
      // Of a folder, what is neither is not what was meant.
      if (!isNamed && error.code === 'invalid_input') continue;
      failed.push({ file, code: error.code, detail: error.message });
    }
  }
  const [first] = failed;
  return {
    document: { imported, failed },
    text: () =>
      imported.length + failed.length === 0
        ? 'There was nothing to import.\n'
        : importText(context, imported, failed),
    ...(first === undefined ? {} : { exitCode: exitCodeOfError(first.code) }),
  };
}

/** The files that are meant, those of folders in their order. */
async function filesOf(paths: readonly string[], transfer: SessionTransfer): Promise<readonly Named[]> {
  const files: Named[] = [];
  for (const path of paths.map(path => resolve(path))) {
    const isFolder = await stat(path).then(
      found => found.isDirectory(),
      () => false,
    );
    const found = isFolder ? await transfer.filesIn(path) : [path];
    files.push(...found.map(file => ({ file, isNamed: !isFolder })));
  }
  if (files.length > 0) return files;
  throw invalidInput('file', 'There is no zip file and no transcript. Nothing was changed.');
}

function importText(
  { terminal }: CommandInput['context'],
  imported: readonly ImportedSession[],
  failed: readonly Failed[],
): string {
  const { format, style } = terminal;
  const lines = imported.map(({ outcome, metadata, sessionId, skipped, checkpoints }) => {
    const what = { imported: 'Imported', extended: 'Brought up to date', present: 'Already here' }[outcome];
    const count = format.count(metadata.totalTasks, 'task', 'tasks');
    const tasks =
      checkpoints === null ? count : `${count}, with checkpoints of ${format.number(checkpoints)}`;
    const passed = Object.entries(skipped).map(
      ([kind, count]) => `${inertLine(kind)} ${format.number(count)}`,
    );
    const rest = passed.length === 0 ? '' : style.dim(` (passed over: ${passed.join(', ')})`);
    return `${what}: ${titleOf(metadata)}, ${tasks} (${sessionId})${rest}\n`;
  });
  const problems = failed.map(({ file, detail }) =>
    style.yellow(`! ${inertLine(file)}: ${inertLine(detail)}\n`),
  );
  return [...lines, ...problems].join('');
}

async function listHistories(
  { terminal }: CommandInput['context'],
  transfer: SessionTransfer,
): Promise<CommandResult> {
  const { env, platform } = process;
  const histories = await transfer.histories(homeFolder({ env, platform, home: homedir() }));
  const text = (): string => {
    if (histories.length === 0)
      return terminal.isPerson ? 'No histories of Claude Code, Codex or pi were found.\n' : '';
    return histories
      .map(({ from, file, size, changedAt }) =>
        terminal.isPerson
          ? `${from.padEnd(12)} ${terminal.format.age(changedAt, new Date()).padEnd(14)} ${inertLine(file)}\n`
          : `${[from, changedAt.toISOString(), String(size), inertLine(file)].join('\t')}\n`,
      )
      .join('');
  };
  return { document: { histories }, text };
}
