import * as vscode from 'vscode';
import { byteText } from '../../core/byteText.ts';
import type { DoctorReport, Finding } from '../../core/doctorReport.ts';
import { countText } from '../show/numberText.ts';
import { codeSpan, escaped } from '../../core/report/markdownText.ts';

const MAX_ROWS = 200;

/** What the doctor found, as a page. */
export function doctorPage(report: DoctorReport): string {
  const { findings, repairs, sessions, disk } = report;
  const damage = findings.filter(({ severity }) => severity === 'damage');
  const notes = findings.filter(({ severity }) => severity === 'info');
  const largest = [...sessions].sort((a, b) => b.bytes + b.outputBytes - (a.bytes + a.outputBytes));
  return [
    `# ${vscode.l10n.t('Check of Sessions')}`,
    codeSpan(report.root),
    summary(damage),
    ...section(
      vscode.l10n.t('Done'),
      repairs.map(({ file, what, original }) => {
        const kept =
          original === undefined ? '' : ` ${vscode.l10n.t('The original is')} ${codeSpan(original)}.`;
        return `- ${codeSpan(file)}: ${escaped(what)}${kept}`;
      }),
    ),
    ...section(vscode.l10n.t('Damage'), damage.map(line)),
    ...section(vscode.l10n.t('Notes'), notes.map(line)),
    ...section(vscode.l10n.t('Disk Use'), [
      `| ${vscode.l10n.t('Part')} | ${vscode.l10n.t('Size')} |`,
      '| --- | ---: |',
      ...Object.entries<number>({ ...disk }).map(([part, bytes]) => `| ${part} | ${byteText(bytes)} |`),
    ]),
    ...section(vscode.l10n.t('Sessions'), [
      `| ${vscode.l10n.t('Title')} | ${vscode.l10n.t('Records')} | ${vscode.l10n.t('Lost')} | ${vscode.l10n.t('Files')} | ${vscode.l10n.t('Outputs')} | ID |`,
      '| --- | ---: | ---: | ---: | ---: | --- |',
      ...largest.slice(0, MAX_ROWS).map(session => {
        const { title, records, lostRecords, bytes, outputBytes, sessionId } = session;
        const name = title === null ? vscode.l10n.t('(unreadable)') : escaped(title);
        const sizes = `${byteText(bytes)} | ${byteText(outputBytes)}`;
        return `| ${name} | ${records} | ${lostRecords} | ${sizes} | ${sessionId} |`;
      }),
    ]),
    ...(sessions.length > MAX_ROWS
      ? [vscode.l10n.t('… and {0} more, which take less.', countText(sessions.length - MAX_ROWS))]
      : []),
  ].join('\n\n');
}

/** In one sentence. */
export function summary(damage: readonly Finding[]): string {
  if (damage.length === 0) return vscode.l10n.t('Nothing is damaged.');
  const files = new Set(damage.map(({ file }) => file)).size;
  return files === 1
    ? vscode.l10n.t('One file is damaged. Nothing was moved or deleted.')
    : vscode.l10n.t('{0} files are damaged. Nothing was moved or deleted.', files);
}

function section(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const shown = lines.slice(0, MAX_ROWS + 2);
  const rest = lines.length - shown.length;
  const more = rest === 0 ? [] : [vscode.l10n.t('… and {0} more.', rest)];
  return [`## ${title}`, [...shown, ...more].join('\n')];
}

function line({ file, problem }: Finding): string {
  return `- ${codeSpan(file)}: ${escaped(problem)}`;
}
