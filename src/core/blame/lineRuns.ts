/** Lines that follow each other and come from the same task. From 0, `to` is the last of them. */
export interface LineRun {
  readonly from: number;
  readonly to: number;
  /** `null`: from no task. */
  readonly taskId: string | null;
}

/** `lines` has for each line the task that it comes from. */
export function lineRuns(lines: readonly (string | null)[]): LineRun[] {
  const runs: { from: number; to: number; taskId: string | null }[] = [];
  for (const [line, taskId] of lines.entries()) {
    const last = runs.at(-1);
    if (last?.taskId === taskId) last.to = line;
    else runs.push({ from: line, to: line, taskId });
  }
  return runs;
}
