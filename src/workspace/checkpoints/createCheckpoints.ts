import { lstat } from 'node:fs/promises';
import path from 'node:path';
import type {
  CaptureRequest,
  CapturedEntry,
  CapturedPlace,
  CheckpointChanges,
  CheckpointCheck,
  Checkpoints,
  EntryChange,
  FileDiff,
  FoundEntry,
  Presence,
  Pruned,
  PruneRule,
  RestoreOutcome,
  RestorePlan,
} from '../../core/checkpoints.ts';
import { isSessionError, messageOf } from '../../core/errors.ts';
import { type Logger, nullLogger } from '../../core/logger.ts';
import type { ProcessTable } from '../../core/ports.ts';
import { pathsOfPlan } from '../../core/restorePlan.ts';
import { Capture } from './capture.ts';
import { type CaptureScope, captureScope } from './captureScope.ts';
import { checkpointError } from './checkpointError.ts';
import { CheckpointFolder } from './checkpointFolder.ts';
import { CheckpointGit } from './checkpointGit.ts';
import { compare, listEntries } from './comparison.ts';
import { describe } from './description.ts';
import { findEntry } from './foundEntry.ts';
import { readObjects, readPlaces } from './objectReader.ts';
import { isTimeToPack, pack } from './packing.ts';
import { Presences } from './presences.ts';
import { pruneCheckpoints, pruneToSize } from './pruning.ts';
import { Restore } from './restore.ts';
import { checkStore, isKept } from './storeCheck.ts';

export interface CheckpointsOptions {
  /** The root that the host serves: absolute, real. */
  readonly root: string;
  readonly processes: ProcessTable;
  /** The most bytes that the store may have before old checkpoints go; 0: as many as there are. */
  readonly limit?: () => number;
  /** Told what went. */
  readonly logger?: Logger;
}

const NOTHING_PRUNED: Pruned = { tasks: 0, bytes: 0 };

/** Captures in `.coding-agent/checkpoints`, made with git in a store of our own. */
export function createCheckpoints(options: CheckpointsOptions): Checkpoints {
  return new GitCheckpoints(options);
}

class GitCheckpoints implements Checkpoints {
  readonly #store: CheckpointFolder;
  readonly #git: CheckpointGit;
  readonly #presences: Presences;
  readonly #scopes = new Map<string, { readonly stamp: string; readonly scope: CaptureScope }>();

  readonly #limit: () => number;
  readonly #logger: Logger;

  constructor({ root, processes, limit = () => 0, logger = nullLogger }: CheckpointsOptions) {
    this.#limit = limit;
    this.#logger = logger;
    this.#store = new CheckpointFolder(root, processes.self.boot);
    this.#git = new CheckpointGit(this.#store.path);
    this.#presences = new Presences(this.#store, processes);
  }

  async capture(folder: string, request: CaptureRequest = {}): Promise<string> {
    return this.#guarded(async () => {
      await this.#store.ensure();
      const scope = await this.#scopeOf(folder, request.signal);
      const checkpoint = await this.#take(scope, request);
      if (request.keepAs === undefined) return checkpoint;
      await this.#store.write(path.join('refs', request.keepAs), `${checkpoint}\n`, request.durable);
      await this.#tidy();
      return checkpoint;
    });
  }

  async changes(before: string, after: string): Promise<CheckpointChanges> {
    return this.#reading(() => compare(this.#git, before, after));
  }

  async entries(checkpoint: string, paths: readonly string[]): Promise<ReadonlyMap<string, CapturedEntry>> {
    return this.#reading(() => listEntries(this.#git, checkpoint, paths));
  }

  async content(checkpoint: string, name: string): Promise<Uint8Array | undefined> {
    return this.#reading(async () => {
      const entry = (await listEntries(this.#git, checkpoint, [name])).get(name);
      if (entry === undefined) return undefined;
      const parts: Uint8Array[] = [];
      await readObjects(this.#git, [entry.id], () => ({
        write: part => void parts.push(part),
        end: () => undefined,
      }));
      return Buffer.concat(parts);
    });
  }

  async contents(
    places: readonly CapturedPlace[],
    maxBytes: number,
  ): Promise<readonly (Uint8Array | undefined)[]> {
    return this.#reading(() => readPlaces(this.#git, places, maxBytes));
  }

  async describe(
    entries: readonly EntryChange[],
    { patches = false }: { readonly patches?: boolean } = {},
  ): Promise<readonly FileDiff[]> {
    return this.#reading(() => describe(this.#git, entries, patches));
  }

  async look(folder: string, plan: RestorePlan): Promise<ReadonlyMap<string, FoundEntry>> {
    return this.#guarded(async () => {
      const found = new Map<string, FoundEntry>();
      const own = pathsOfPlan(plan);
      for (const { path: name } of plan.steps) found.set(name, await findEntry(folder, name, own));
      return found;
    });
  }

  async restore(folder: string, plan: RestorePlan): Promise<RestoreOutcome> {
    return this.#guarded(async () => {
      await this.#store.ensure();
      return new Restore(this.#git, this.#store, folder).run(plan);
    });
  }

  async prune(rule: PruneRule): Promise<Pruned> {
    return this.#guarded(async () => {
      await this.#store.ensure();
      return pruneCheckpoints(this.#git, this.#store, rule, (await this.#presences.count()) === 0);
    });
  }

  isKept(taskId: string): Promise<boolean> {
    return isKept(this.#store, taskId);
  }

  check(recorded: ReadonlySet<string>, known: ReadonlySet<string>): Promise<CheckpointCheck> {
    return this.#guarded(() => checkStore(this.#git, this.#store, recorded, known));
  }

  /** Keeps the store small. It only saves space: what fails now is done later. */
  async #tidy(): Promise<void> {
    try {
      if (!(await isTimeToPack(this.#store))) return;
      const limit = this.#limit();
      // The capture that is done was somebody's.
      const isAlone = limit > 0 && (await this.#presences.count()) <= 1;
      const { tasks, bytes } = isAlone ? await pruneToSize(this.#git, this.#store, limit) : NOTHING_PRUNED;
      if (tasks === 0) await pack(this.#git, this.#store);
      else
        this.#logger.warn(
          `The checkpoints of the ${tasks} oldest tasks were pruned, ${bytes} bytes, for all of them took more than the setting checkpointGigabytes allows. These tasks cannot be undone any more.`,
        );
    } catch (error) {
      this.#logger.info(`The checkpoints could not be packed: ${messageOf(error)}`);
    }
  }

  enter(folder: string): Promise<Presence> {
    return this.#presences.enter(folder);
  }

  /** What earlier captures left may be damaged, and files may come and go meanwhile: then once more, from the beginning. */
  async #take(scope: CaptureScope, request: CaptureRequest): Promise<string> {
    try {
      return await new Capture(this.#git, this.#store, scope, request).take(false);
    } catch (error) {
      if (isSessionError(error) || request.signal?.aborted === true) throw error;
      return new Capture(this.#git, this.#store, scope, request).take(true);
    }
  }

  /** The rules change seldom: they are looked for again when a repository was made or removed here. */
  async #scopeOf(folder: string, signal: AbortSignal | undefined): Promise<CaptureScope> {
    const stats = await lstat(path.join(folder, '.git')).catch(() => undefined);
    const stamp = stats === undefined ? '' : `${stats.ino} ${stats.isDirectory()}`;
    const known = this.#scopes.get(folder);
    if (known?.stamp === stamp) return known.scope;
    const scope = await captureScope(folder, this.#store.excludes, signal);
    this.#scopes.set(folder, { stamp, scope });
    return scope;
  }

  #reading<T>(act: () => Promise<T>): Promise<T> {
    return this.#guarded(async () => {
      await this.#store.requireReadable();
      return act();
    });
  }

  async #guarded<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      throw checkpointError(error, this.#store.path);
    }
  }
}
