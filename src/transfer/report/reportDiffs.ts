import type { FileDiff, TaskDiff } from '../../core/checkpoints.ts';
import type { LineCounts, ReportedChanges } from '../../core/report/taskReport.ts';

/** A page that is still read in a browser, and sent by mail. */
const MAX_FILE_LINES = 500;
const MAX_TASK_FILES = 200;
const MAX_LINE = 2000;
const MAX_BYTES = 5 * 1024 * 1024;

/** The diff of one file, as it is shown. */
export interface ShownDiff {
  readonly path: string;
  /** Of git's patch. */
  readonly lines: readonly string[];
  /** How many lines are not shown. */
  readonly left: number;
}

export interface TaskDiffs {
  readonly files: readonly ShownDiff[];
  /** Lines by path, of all files. */
  readonly counts: ReadonlyMap<string, LineCounts>;
  /** How many files are not shown. */
  readonly left: number;
}

/** What tasks changed, as far as it fits in one page; what is left out is counted. */
export class ReportDiffs {
  readonly #tasks = new Map<string, TaskDiffs>();
  readonly #mask: (text: string) => string;
  readonly #isNamed: boolean;
  #bytes = 0;

  /**
   * `mask` hides secrets: what files hold was never recorded, so nobody has hidden any in it yet. With `isNamed` patches keep the
   * lines that name the file, for reports that do not say it elsewhere.
   */
  constructor(mask: (text: string) => string, { isNamed = false }: { readonly isNamed?: boolean } = {}) {
    this.#mask = mask;
    this.#isNamed = isNamed;
  }

  /** Whether no further diff fits. */
  get isFull(): boolean {
    return this.#bytes > MAX_BYTES;
  }

  /** Takes in what a task changed, where its contents are known: a report without diffs is better than none. */
  async read(taskId: string, diff: (taskId: string) => Promise<TaskDiff>): Promise<void> {
    const found = await diff(taskId).catch(() => undefined);
    if (found !== undefined && found.before !== null) this.add(taskId, found.files);
  }

  add(taskId: string, files: readonly FileDiff[]): void {
    const patched = files.filter(({ patch }) => patch !== undefined);
    const shown: ShownDiff[] = [];
    for (const { path, patch = '' } of patched.slice(0, MAX_TASK_FILES)) {
      if (this.isFull) break;
      const whole = this.#mask(patch).replace(/\n$/, '').split('\n');
      const lines = this.#isNamed ? whole : withoutNames(whole);
      const kept = lines.slice(0, MAX_FILE_LINES).map(line => shortened(line));
      this.#bytes += kept.reduce((sum, line) => sum + line.length, 0);
      shown.push({ path, lines: kept, left: lines.length - kept.length });
    }
    const counts = new Map(files.map(file => [file.path, file]));
    this.#tasks.set(taskId, { files: shown, counts, left: patched.length - shown.length });
  }

  of(taskId: string): TaskDiffs | undefined {
    return this.#tasks.get(taskId);
  }

  /** The same as markdown shows it. */
  reported(taskId: string): ReportedChanges {
    const { files, counts } = this.of(taskId) ?? {};
    const diffs = files?.map(({ path, lines, left }) => ({ path, left, text: lines.join('\n') })) ?? null;
    return { diffs, ...(counts && { counts }), diffNote: this.noteOf(taskId) };
  }

  /** Why there is no diff of a task that changed files, or how many are left out, as a sentence; empty when all is there. */
  noteOf(taskId: string): string {
    const known = this.#tasks.get(taskId);
    if (known !== undefined)
      return known.left === 0 ? '' : `Diffs of ${known.left} more files are not shown.`;
    return this.isFull
      ? 'No diff: the report would become too large.'
      : 'No diff: the contents were not captured, or are not here any more.';
  }
}

/** The heading says which file it is; what git says of its mode and of bytes stays. */
function withoutNames(lines: readonly string[]): readonly string[] {
  const found = lines.findIndex(line => line.startsWith('@@'));
  const start = found < 0 ? lines.length : found;
  const isName = (line: string): boolean => /^(?:diff --git |--- |\+\+\+ )/.test(line);
  return [...lines.slice(0, start).filter(line => !isName(line)), ...lines.slice(start)];
}

function shortened(line: string): string {
  return line.length <= MAX_LINE ? line : `${line.slice(0, MAX_LINE)}… (${String(line.length)} characters)`;
}
