import type { RecordIds } from './recordMap.ts';
import type { SessionMetadata } from './session.ts';

/**
 * Neither listed nor copied. A `WeakMap` would keep what it leads to, all that was read of a session, in memory until the
 * collector goes through everything.
 */
const IDS = Symbol('ids');

interface WithIds {
  readonly [IDS]: RecordIds;
}

/** The same for all sessions: getters of its own for each would keep that session in memory as long. */
const LISTS = {
  tasks: {
    enumerable: true,
    get(this: WithIds) {
      return this[IDS].tasks.load();
    },
  },
  plans: {
    enumerable: true,
    get(this: WithIds) {
      return this[IDS].plans.load();
    },
  },
};

/** The fields of an open session whose lists of ids are loaded when somebody asks for them, or takes a copy. */
export function withIds(
  { tasks: _tasks, plans: _plans, ...fields }: SessionMetadata,
  ids: RecordIds,
): SessionMetadata {
  Object.defineProperty(fields, IDS, { value: ids });
  return Object.defineProperties(fields, LISTS) as SessionMetadata;
}
