import type { CheckpointChanges, Checkpoints, EntryChange, FileDiff } from '../core/checkpoints.ts';
import type { TaskEvent } from '../core/events.ts';
import { OWN_FILE_TOOLS, READING_TOOLS } from '../core/ownTools.ts';
import type { FileChange } from '../core/task.ts';

/** Watches what a run records, to tell writes of our own tools from what was found by looking. */
export class ObservedPaths {
  readonly #tools = new Map<string, string>();
  readonly #paths = new Set<string>();
  #actedFreely = false;

  note(events: readonly TaskEvent[]): void {
    for (const event of events)
      if (event.type === 'toolCallRequested') this.#tools.set(event.data.callId, event.data.tool);
    const ended = events.find(event => event.type === 'toolCallEnded');
    const tool = ended === undefined ? undefined : this.#tools.get(ended.data.callId);
    const isOwn = tool !== undefined && OWN_FILE_TOOLS.has(tool);
    if (ended !== undefined && !isOwn && !READING_TOOLS.has(tool ?? '')) this.#actedFreely = true;
    for (const event of events) {
      if (event.type !== 'filesChanged' || isOwn) continue;
      this.#actedFreely = true;
      for (const { path, from } of event.data.changes) {
        this.#paths.add(path);
        if (from !== undefined) this.#paths.add(from);
      }
    }
  }

  has({ path, from }: FileChange): boolean {
    return this.#paths.has(path) || (from !== undefined && this.#paths.has(from));
  }

  /** Whether anything ran that does not tell what it changes. */
  get actedFreely(): boolean {
    return this.#actedFreely;
  }
}

export interface AtWork {
  /** Whether another task was at work in the same folder. */
  readonly others: boolean;
  /** Paths that an editor saved meanwhile. */
  readonly edited: ReadonlySet<string>;
}

/**
 * What a task changed, in the light of the checkpoints around it: what does not begin or end as the checkpoints say was changed
 * by somebody else as well, and what was found by looking while others were at work may be theirs. Resolves with the changes
 * that are not as they are on record.
 */
export async function settledChanges(
  checkpoints: Pick<Checkpoints, 'describe'>,
  changes: CheckpointChanges,
  known: readonly FileChange[],
  observed: ObservedPaths,
  atWork: AtWork,
): Promise<readonly FileChange[]> {
  const byPath = new Map(changes.entries.map(entry => [entry.path, entry]));
  const mine = known.flatMap(({ path, from }) => [path, from ?? path]);
  const isKnown = new Set(mine);
  const modes = observed.actedFreely
    ? changes.entries.filter(entry => !isKnown.has(entry.path) && isModeOnly(entry))
    : [];
  const wanted = [...new Set(mine)].flatMap(path => byPath.get(path) ?? []);
  const described = await checkpoints.describe([...wanted, ...modes]);
  const seen = new Map(described.map(diff => [diff.path, diff]));
  const settled = known.flatMap(change => {
    const isShared =
      change.shared === true ||
      !agrees(change, seen) ||
      (observed.has(change) && (atWork.others || isEdited(change, atWork)));
    const mode = seen.get(change.path)?.mode;
    const isSame = isShared === (change.shared === true) && (mode === undefined || change.mode !== undefined);
    return isSame ? [] : [{ ...change, ...(mode && { mode }), ...(isShared && { shared: true }) }];
  });
  const turned = modes.flatMap(({ path }) => {
    const diff = seen.get(path);
    if (diff === undefined) return [];
    const { binary: _binary, patch: _patch, ...change } = diff;
    return [{ ...change, ...(atWork.others ? { shared: true } : {}) }];
  });
  return [...settled, ...turned];
}

/** Whether the checkpoints say the same of a change as the tools. What they do not hold, they say nothing of. */
function agrees(change: FileChange, seen: ReadonlyMap<string, FileDiff>): boolean {
  const source = seen.get(change.from ?? change.path);
  const target = seen.get(change.path);
  if (source === undefined && target === undefined) return true;
  const was = change.from === undefined ? target?.before : source?.before;
  // A file that was ignored under its former name is not in the checkpoint before.
  const isUnseen = change.from !== undefined && source === undefined;
  if (change.kind !== 'added' && !isUnseen && change.before !== was) return false;
  if (change.kind === 'added' && target?.before !== undefined) return false;
  // Nor is one that is ignored under its new name in the checkpoint after: that it left its former one is all that shows.
  if (change.from !== undefined && target === undefined) return source?.after === undefined;
  return change.kind === 'deleted' ? target?.after === undefined : change.after === target?.after;
}

function isEdited({ path, from }: FileChange, { edited }: AtWork): boolean {
  return edited.has(path) || (from !== undefined && edited.has(from));
}

function isModeOnly({ before, after }: EntryChange): boolean {
  return before !== undefined && before.id === after?.id && before.mode !== after.mode;
}
