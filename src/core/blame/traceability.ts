import { invalidInput } from '../errors.ts';
import type { Event } from '../event.ts';
import type { SessionChange } from '../sessionChange.ts';
import type { Blame, TaskBlame } from './taskBlame.ts';
import type { TaskFinder, TracedTask } from './tracedTask.ts';

export interface TraceabilityOptions {
  readonly finder: TaskFinder;
  readonly blame: Pick<TaskBlame, 'blame'>;
  /** The text of a file below the root; `undefined` when it is none. Rejects for a path that is not below the root. */
  readonly readText: (path: string) => Promise<string | undefined>;
  /** The values of the trailer `Coding-Agent-Task` of a commit, and its full hash; `undefined` when it is not here. */
  readonly readCommit: (
    hash: string,
  ) => Promise<{ readonly hash: string; readonly tasks: readonly string[] } | undefined>;
  readonly taskById: (taskId: string) => Promise<TracedTask | undefined>;
  readonly onDidChange: Event<SessionChange>;
}

const HASH = /^[0-9a-f]{4,64}$/;
const MAX_CACHED = 50;

/** From files, lines and commits to the tasks that they come from. */
export class Traceability {
  readonly #options: TraceabilityOptions;
  /** What was found since the sessions changed last, for editors that ask again and again. */
  readonly #cached = new Map<string, { readonly text: string | undefined; readonly blame: Promise<Blame> }>();
  readonly #tasks = new Map<string, Promise<readonly TracedTask[]>>();

  constructor(options: TraceabilityOptions) {
    this.#options = options;
    options.onDidChange(change => {
      if (change.kind !== 'records' && change.kind !== 'list') return;
      this.#cached.clear();
      this.#tasks.clear();
    });
  }

  /**
   * Which tasks a file comes from. `path` is relative to the root, with `/`; `text` is what an editor has of it, the file's own
   * content when not given. Rejects with `invalid_input` for a path outside, or a storage error.
   */
  async ofFile(path: string, text?: string): Promise<Blame> {
    const now = text ?? (await this.#options.readText(path));
    const known = this.#cached.get(path);
    if (known !== undefined && known.text === now) return known.blame;
    const blame = this.#options.blame.blame(path, now);
    if (this.#cached.size >= MAX_CACHED) this.#cached.clear();
    this.#cached.set(path, { text: now, blame });
    blame.catch(() => this.#cached.delete(path));
    return blame;
  }

  /** The tasks that changed a file under its present name, newest first. Cheaper than `ofFile`. */
  tasksOf(path: string): Promise<readonly TracedTask[]> {
    const known = this.#tasks.get(path);
    if (known !== undefined) return known;
    const tasks = this.#options.finder.changing(path);
    if (this.#tasks.size >= MAX_CACHED) this.#tasks.clear();
    this.#tasks.set(path, tasks);
    tasks.catch(() => this.#tasks.delete(path));
    return tasks;
  }

  /** The tasks in a commit: those that made it, and those that its trailers name, which outlive a rebase. */
  async ofCommit(text: string): Promise<readonly TracedTask[]> {
    const hash = text.toLowerCase();
    if (!HASH.test(hash))
      throw invalidInput('commit', `A commit is named by 4 to 64 hex digits, not ${JSON.stringify(text)}.`);
    const commit = await this.#options.readCommit(hash);
    const made = await this.#options.finder.committing(commit?.hash ?? hash);
    const named = await Promise.all((commit?.tasks ?? []).map(id => this.#options.taskById(id)));
    const found = [...made, ...named.filter(each => each !== undefined)];
    return [...new Map(found.map(traced => [traced.task.id, traced])).values()];
  }
}
