import type { StatsPeriod } from '../../core/statsPeriod.ts';
import { StatsCollector, type StatsReport } from '../../core/statsReport.ts';
import type { FoundTask, TaskFilter } from '../../core/taskFilter.ts';
import type { FolderSessions } from '../folders/folderSessions.ts';

/** How many tasks a mark leads to at most. */
const FOUND = 200;

/** The figures over the sessions of some folders. The store reads in slices, so the extension host stays free. */
export async function collectReport(
  folders: readonly FolderSessions[],
  period: StatsPeriod,
): Promise<StatsReport> {
  const collector = new StatsCollector(period);
  for (const folder of folders) {
    const { statistics } = await folder.host();
    await statistics.collect(tally => {
      collector.add(tally);
    }, period.since);
  }
  return collector.report();
}

export interface FolderTask {
  readonly folder: FolderSessions;
  readonly task: FoundTask;
}

/** The newest tasks that a filter wants. */
export async function findTasks(
  folders: readonly FolderSessions[],
  filter: TaskFilter,
): Promise<readonly FolderTask[]> {
  const found = await Promise.all(
    folders.map(async folder => {
      const { statistics } = await folder.host();
      return (await statistics.find(filter)).map(task => ({ folder, task }));
    }),
  );
  const time = ({ task }: FolderTask): number => task.endedAt?.getTime() ?? Infinity;
  const newest = found.flat().sort((a, b) => (time(a) === time(b) ? 0 : time(b) - time(a)));
  return newest.slice(0, FOUND);
}
