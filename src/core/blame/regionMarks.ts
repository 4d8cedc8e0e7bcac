import { type LineRun, lineRuns } from './lineRuns.ts';

/** What stands above a region of a file. */
export interface RegionMark {
  /** The region's first line, from 0. */
  readonly line: number;
  /** The tasks that its lines come from, in the order of their first lines. */
  readonly taskIds: readonly string[];
}

/** Regions that begin closer than this are marked together. */
const CLOSEST = 3;
/** A file has no more marks than this: regions are marked together until it has not. */
const MOST = 30;

/**
 * Where to say which task lines come from. `lines` has for each line its task, `text` the lines themselves: empty ones
 * belong to what is around them. Lines of one task stay one region when few of nobody's are between them.
 */
export function regionMarks(lines: readonly (string | null)[], text: readonly string[]): RegionMark[] {
  const regions = regionsOf(lines, text);
  for (let closest = CLOSEST; ; closest *= 2) {
    const marks = marksOf(regions, closest);
    if (marks.length <= MOST) return marks;
  }
}

function regionsOf(lines: readonly (string | null)[], text: readonly string[]): LineRun[] {
  const regions: LineRun[] = [];
  for (const run of lineRuns(lines)) {
    if (run.taskId === null) continue;
    const skipped = text.slice(run.from, run.to + 1).findIndex(line => line.trim() !== '');
    if (skipped < 0) continue;
    const written = run.from + skipped;
    const last = regions.at(-1);
    if (last?.taskId === run.taskId && written - last.to <= CLOSEST)
      regions[regions.length - 1] = { ...last, to: run.to };
    else regions.push({ ...run, from: written });
  }
  return regions;
}

function marksOf(regions: readonly LineRun[], closest: number): RegionMark[] {
  const marks: { readonly line: number; readonly taskIds: string[] }[] = [];
  for (const { from, taskId } of regions) {
    if (taskId === null) continue;
    const last = marks.at(-1);
    if (last === undefined || from - last.line >= closest) marks.push({ line: from, taskIds: [taskId] });
    else if (!last.taskIds.includes(taskId)) last.taskIds.push(taskId);
  }
  return marks;
}
