import type { Checkpoints } from '../checkpoints.ts';
import type { AgentTask, FileChange } from '../task.ts';
import { pathInRoot, type TaskFinder, type TracedTask } from './tracedTask.ts';

/** Tasks that are looked at for one file, newest first; what is older is nobody's. */
const MAX_TASKS = 100;
const MAX_BYTES = 2 * 1024 * 1024;
/** Tasks whose contents are read at once: most lines come from the last few. */
const FIRST_READ = 4;
const NEXT_READ = 16;

/** Which tasks a file, as it is now, comes from. */
export interface Blame {
  /** Relative to the root, with `/`. */
  readonly path: string;
  /** Those that changed the file, newest first. */
  readonly tasks: readonly TracedTask[];
  /**
   * For each line the id of the task that it comes from; `null` for one that comes from none. `null` altogether where only the
   * file as a whole can be told.
   */
  readonly lines: readonly (string | null)[] | null;
  /** What could not be told, and why; `null` when everything could. */
  readonly note: string | null;
}

export interface TaskBlameOptions {
  readonly finder: TaskFinder;
  readonly checkpoints: Pick<Checkpoints, 'contents'>;
  /** For each line of `after` the place of the same line in `before`, -1 for one that is new. */
  readonly matchLines: (before: readonly string[], after: readonly string[]) => readonly number[];
}

/** Traces the lines of files to the tasks that wrote them, by the contents before and after each. */
export class TaskBlame {
  readonly #options: TaskBlameOptions;

  constructor(options: TaskBlameOptions) {
    this.#options = options;
  }

  /** `text` is the file as it is now. Rejects with a storage error. */
  async blame(path: string, text: string | undefined): Promise<Blame> {
    const tasks = await this.#history(path);
    const blame = { path, tasks: tasks.map(({ traced }) => traced), lines: null };
    const isText = text !== undefined && text.length <= MAX_BYTES && !text.includes('\0');
    if (tasks.length === 0)
      return { ...blame, lines: isText ? linesOf(text).map(() => null) : null, note: null };
    if (!isText) return { ...blame, note: 'Lines cannot be told: it is no text, or too large.' };
    return { ...blame, ...(await this.#lines(text, tasks)) };
  }

  /** The tasks that changed the file, and those that did before it was renamed, with what it was called in each. */
  async #history(path: string): Promise<readonly Step[]> {
    const steps: Step[] = [];
    const seen = new Set<string>();
    let names = [path];
    while (names.length > 0 && steps.length < MAX_TASKS) {
      const former: string[] = [];
      for (const name of names) {
        seen.add(name);
        for (const traced of await this.#options.finder.changing(name)) {
          const change = changeOf(traced, name);
          if (change === undefined || steps.some(step => step.traced.task.id === traced.task.id)) continue;
          steps.push({ traced, change });
          const from = change.from === undefined ? undefined : pathInRoot(traced.session, change.from);
          if (from !== undefined && !seen.has(from)) former.push(from);
        }
      }
      names = former;
    }
    return steps.sort((a, b) => timeOf(b.traced.task) - timeOf(a.traced.task)).slice(0, MAX_TASKS);
  }

  async #lines(text: string, steps: readonly Step[]): Promise<Pick<Blame, 'lines' | 'note'>> {
    const owners = new Array<string | null>(linesOf(text).length).fill(null);
    // Which lines are still looked for, and where they are in the version that is looked at.
    let open = new Map(owners.map((_, line) => [line, line]));
    let version: readonly string[] = linesOf(text);
    for (let at = 0, count = FIRST_READ; at < steps.length; at += count, count = NEXT_READ) {
      for (const [index, { step, before, after }] of (await this.#read(steps, at, count)).entries()) {
        const { traced, change } = step;
        if (after === undefined || (before === undefined && change.kind !== 'added'))
          return at + index === 0
            ? { lines: null, note: NOT_CAPTURED }
            : { lines: owners, note: OLDER_NOT_CAPTURED };
        open = this.#moved(open, after, version);
        const kept = this.#moved(open, before ?? [], after);
        for (const line of open.keys()) if (!kept.has(line)) owners[line] = traced.task.id;
        open = kept;
        version = before ?? [];
        if (open.size === 0) return { lines: owners, note: null };
      }
    }
    return { lines: owners, note: null };
  }

  /** Those of the lines that an earlier version has, with where. */
  #moved(
    open: ReadonlyMap<number, number>,
    earlier: readonly string[],
    later: readonly string[],
  ): Map<number, number> {
    const match = this.#options.matchLines(earlier, later);
    const moved = new Map<number, number>();
    for (const [line, at] of open) {
      const place = match[at] ?? -1;
      if (place >= 0) moved.set(line, place);
    }
    return moved;
  }

  /** What the file was before and after some of the tasks; those that deleted it say nothing of lines. */
  async #read(steps: readonly Step[], from: number, count: number): Promise<readonly ReadStep[]> {
    const read = steps.slice(from, from + count).filter(({ change }) => change.kind !== 'deleted');
    const places = read.flatMap(({ traced: { task }, change }) => [
      { checkpoint: task.checkpoint, path: change.from ?? change.path },
      { checkpoint: task.checkpoint === null ? null : (task.checkpointAfter ?? null), path: change.path },
    ]);
    const captured = places.flatMap(({ checkpoint, path }) =>
      checkpoint === null ? [] : [{ checkpoint, path }],
    );
    const contents = await this.#options.checkpoints.contents(captured, MAX_BYTES).catch(() => []);
    let next = 0;
    const texts = places.map(({ checkpoint }) => {
      const bytes = checkpoint === null ? undefined : contents[next++];
      return bytes && linesOf(new TextDecoder().decode(bytes));
    });
    return read.map((step, index) => ({ step, before: texts[2 * index], after: texts[2 * index + 1] }));
  }
}

const NOT_CAPTURED =
  'Lines cannot be told: the workspace was not captured around the task that changed the file last.';
const OLDER_NOT_CAPTURED = 'Lines of older tasks cannot be told: the workspace was not captured around them.';

interface Step {
  readonly traced: TracedTask;
  readonly change: FileChange;
}

interface ReadStep {
  readonly step: Step;
  /** The lines; `undefined` where there was nothing, or nothing is known. */
  readonly before: readonly string[] | undefined;
  readonly after: readonly string[] | undefined;
}

function changeOf({ task, session }: TracedTask, path: string): FileChange | undefined {
  return task.filesChanged.find(change => pathInRoot(session, change.path) === path);
}

function timeOf(task: AgentTask): number {
  return (task.endedAt ?? task.updatedAt).getTime();
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
