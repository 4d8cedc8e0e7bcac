import { byteText } from '../core/byteText.ts';
import type { DoctorReport, Finding, SessionCheck } from '../core/doctorReport.ts';
import { inertLine } from '../core/inertText.ts';
import { facts, table } from './table.ts';
import type { Terminal } from './terminal.ts';

/** More than these are in the JSON document only. */
const MAX_SESSIONS = 20;
const MAX_NOTES = 50;
const INDENT = 2;

const COLUMNS = [
  { header: 'TITLE', flexible: true },
  { header: 'RECORDS', align: 'right' },
  { header: 'LOST', align: 'right' },
  { header: 'FILES', align: 'right' },
  { header: 'OUTPUTS', align: 'right' },
  { header: 'ID' },
] as const;

/** What the doctor found: damage first, then what is only said, what was repaired, and the disk use. */
export function doctorText(terminal: Terminal, report: DoctorReport): string {
  const { style, format } = terminal;
  const damage = report.findings.filter(({ severity }) => severity === 'damage');
  const notes = report.findings.filter(({ severity }) => severity === 'info');
  const { disk } = report;
  const lines = [
    ...section(
      'Done',
      report.repairs.map(({ file, what, original }) => {
        const kept = original === undefined ? '' : ` The original is ${original}.`;
        return inertLine(`${file}: ${what}${kept}`);
      }),
    ),
    ...section('Damage', damage.map(findingText)),
    ...section('Notes', some(notes, MAX_NOTES).map(findingText)),
    ...(notes.length > MAX_NOTES ? more(notes.length, MAX_NOTES) : []),
    ...sessionLines(terminal, report.sessions),
    style.bold('Disk use'),
    ...facts(
      [
        ['sessions', byteText(disk.sessions)],
        ['outputs', byteText(disk.blobs)],
        ['checkpoints', disk.checkpoints === 0 ? undefined : byteText(disk.checkpoints)],
        ['trash', disk.trash === 0 ? undefined : byteText(disk.trash)],
        ['other', disk.other + disk.locks === 0 ? undefined : byteText(disk.other + disk.locks)],
        ['in all', byteText(disk.total)],
      ],
      style,
    ),
    '',
    summary(),
  ];
  return `${lines.join('\n')}\n`;

  function section(title: string, entries: readonly string[]): string[] {
    if (entries.length === 0) return [];
    return [style.bold(title), ...entries.map(entry => `  ${entry}`), ''];
  }

  function summary(): string {
    const checked = `${format.count(report.sessions.length, 'session', 'sessions')} checked`;
    const lost = report.sessions.reduce((sum, { lostRecords }) => sum + lostRecords, 0);
    if (damage.length === 0) return `${checked}. Nothing is damaged.`;
    const records = lost === 0 ? '' : ` ${format.count(lost, 'record', 'records')} cannot be read.`;
    const where = format.count(new Set(damage.map(({ file }) => file)).size, 'file', 'files');
    return `${checked}. Damage in ${where}.${records} Nothing was moved or deleted.`;
  }
}

function sessionLines({ style, columns, format }: Terminal, sessions: readonly SessionCheck[]): string[] {
  if (sessions.length === 0) return [];
  const largest = [...sessions].sort((a, b) => sizeOf(b) - sizeOf(a));
  const rows = some(largest, MAX_SESSIONS).map(session => [
    { text: session.title === null ? '(unreadable)' : inertLine(session.title) },
    { text: format.number(session.records) },
    { text: format.number(session.lostRecords) },
    { text: byteText(session.bytes) },
    { text: byteText(session.outputBytes) },
    { text: session.sessionId },
  ]);
  const lines =
    table(COLUMNS, rows, columns - INDENT, style) ?? rows.flatMap(row => card(row.map(({ text }) => text)));
  return [style.bold('Sessions'), ...lines.map(line => `  ${line}`), ...more(sessions.length, MAX_SESSIONS)];
}

function card([
  title = '',
  records = '',
  lost = '',
  files = '',
  outputs = '',
  id = '',
]: readonly string[]): string[] {
  return [title, `  ${records} records, ${lost} lost · ${files}, outputs ${outputs}`, `  ${id}`];
}

function sizeOf({ bytes, outputBytes }: SessionCheck): number {
  return bytes + outputBytes;
}

function findingText({ file, problem }: Finding): string {
  return inertLine(`${file}: ${problem}`);
}

function some<T>(all: readonly T[], limit: number): readonly T[] {
  return all.length > limit ? all.slice(0, limit) : all;
}

function more(count: number, limit: number): string[] {
  return count > limit ? [`  … and ${count - limit} more: --json`, ''] : [''];
}
