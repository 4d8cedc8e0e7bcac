import type { RecordIds } from './recordMap.ts';
import type { SessionMetadata } from './session.ts';

const sources = new WeakMap<object, RecordIds>();

/**
 * The same for all sessions: a getter of its own for each would keep that session in memory until the collector goes through
 * all of it.
 */
const LISTS = {
  tasks: {
    enumerable: true,
    get(this: object) {
      return sources.get(this)?.tasks.load();
    },
  },
  plans: {
    enumerable: true,
    get(this: object) {
      return sources.get(this)?.plans.load();
    },
  },
};

/** The fields of an open session whose lists of ids are loaded when somebody asks for them, or takes a copy. */
export function withIds(
  { tasks: _tasks, plans: _plans, ...fields }: SessionMetadata,
  ids: RecordIds,
): SessionMetadata {
  sources.set(fields, ids);
  return Object.defineProperties(fields, LISTS) as SessionMetadata;
}
