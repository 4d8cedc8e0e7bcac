import { namedPeriod } from '../../core/statsPeriod.ts';
import type { StatsReport } from '../../core/statsReport.ts';
import type { App } from '../app.ts';
import { type Call, textArgument } from './call.ts';

/** Opens the dashboard, unless called as `showStats({period?})`. Resolves with the figures over the active folder's sessions. */
export async function showStats(app: App, { args }: Call): Promise<StatsReport> {
  const folder = app.folders.requireActive();
  if (args === undefined) await app.dashboard.show();
  const period = namedPeriod(textArgument(args ?? {}, 'period') ?? 'all', new Date());
  return (await folder.host()).statistics.over(period);
}
