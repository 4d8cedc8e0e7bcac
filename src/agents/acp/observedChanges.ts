import { changesBetween, type WorkspaceScan } from '../../workspace/changeScan.ts';
import { commitsSince, markHistory } from '../../workspace/commits.ts';
import { ReadOnlyGit } from '../../workspace/git.ts';
import type { AgentRun } from '../agent.ts';
import { fileEvents } from '../recordable.ts';

/** Which files and commits came to be while an agent worked that changes them itself. */
export class ObservedChanges {
  readonly #agentRun: AgentRun;
  #before: WorkspaceScan | undefined;
  #mark: Awaited<ReturnType<typeof markHistory>> | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(agentRun: AgentRun) {
    this.#agentRun = agentRun;
  }

  async start(): Promise<void> {
    const { scanner, signal, files } = this.#agentRun.environment;
    this.#before = await scanner.scan(signal);
    this.#mark = await markHistory(new ReadOnlyGit(files.root)).catch(() => undefined);
  }

  /** Puts on record what changed since the last look. Looks come one after the other. */
  look(): Promise<void> {
    const next = this.#looking.then(() => this.#look());
    this.#looking = next.catch(() => undefined);
    return next;
  }

  async #look(): Promise<void> {
    if (this.#before === undefined) return;
    const { run, environment } = this.#agentRun;
    const { scanner, files } = environment;
    const after = await scanner.scan();
    const changes = changesBetween(this.#before, after);
    this.#before = after;
    for (const event of fileEvents(run.task.id, changes)) await run.record(event);
    if (this.#mark === undefined) return;
    const git = new ReadOnlyGit(files.root);
    const commits = await commitsSince(git, this.#mark).catch(() => []);
    if (commits.length === 0) return;
    this.#mark = await markHistory(git).catch(() => undefined);
    const taskId = run.task.id;
    await run.record(...commits.map(commit => ({ type: 'commitMade', data: { taskId, commit } }) as const));
  }
}
