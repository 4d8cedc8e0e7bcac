import * as vscode from 'vscode';
import { messageOf } from '../../core/errors.ts';
import { inertLine } from '../../core/inertText.ts';
import type { StatsPeriod } from '../../core/statsPeriod.ts';
import { StatsCollector, type StatsReport } from '../../core/statsReport.ts';
import type { FoundTask, TaskFilter } from '../../core/taskFilter.ts';
import { askFolders } from '../commands/askFolders.ts';
import type { FolderSessions } from '../folders/folderSessions.ts';

/** How many tasks a mark leads to at most. */
const FOUND = 200;

/** A folder whose sessions cannot be counted, and why. */
export interface UncountedFolder {
  readonly folder: FolderSessions;
  readonly problem: unknown;
}

export interface CollectedReport {
  readonly report: StatsReport;
  readonly uncounted: readonly UncountedFolder[];
}

/** Says that a folder is missing, and why. */
export function uncountedText({ folder, problem }: UncountedFolder): string {
  const text = vscode.l10n.t('The tasks of {0} are not counted. {1}', folder.name, messageOf(problem));
  return inertLine(text).slice(0, 2_000);
}

/**
 * The figures over the sessions of those folders that can be used. The store reads in slices, so the extension host stays
 * free. Rejects with `invalid_input` for a period that ends before it begins.
 */
export async function collectReport(
  folders: readonly FolderSessions[],
  period: StatsPeriod,
): Promise<CollectedReport> {
  const collector = new StatsCollector(period);
  for (const folder of folders) {
    try {
      const { statistics } = await folder.host();
      await statistics.collect(tally => {
        collector.add(tally);
      }, period.since);
    } catch (problem) {
      // Some of it may be counted already, so the others are counted anew without it.
      const rest = await collectReport(
        folders.filter(other => other !== folder),
        period,
      );
      return { ...rest, uncounted: [{ folder, problem }, ...rest.uncounted] };
    }
  }
  return { report: collector.report(), uncounted: [] };
}

/** The same for who has no place to name folders that are not in it: rejects with the first problem. */
export async function collectWholeReport(
  folders: readonly FolderSessions[],
  period: StatsPeriod,
): Promise<StatsReport> {
  const { report, uncounted } = await collectReport(folders, period);
  for (const { problem } of uncounted) throw problem;
  return report;
}

export interface FolderTask {
  readonly folder: FolderSessions;
  readonly task: FoundTask;
}

/** The newest tasks that a filter wants, of those folders that can be used; rejects when none can. */
export async function findTasks(
  folders: readonly FolderSessions[],
  filter: TaskFilter,
): Promise<readonly FolderTask[]> {
  const { answers, problems } = await askFolders(folders, async folder => {
    const { statistics } = await folder.host();
    return (await statistics.find(filter)).map(task => ({ folder, task }));
  });
  if (answers.length === 0 && problems.length > 0) throw problems[0];
  const time = ({ task }: FolderTask): number => task.endedAt?.getTime() ?? Infinity;
  const newest = answers.flat().sort((a, b) => (time(a) === time(b) ? 0 : time(b) - time(a)));
  return newest.slice(0, FOUND);
}
