import type { IdSource } from '../core/recordMap.ts';
import { isPlainObject } from './shape.ts';

export interface SnapshotHead {
  /** The fields; the lists of ids are empty in it. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly ids: { readonly tasks: IdSource; readonly plans: IdSource };
}

/** The fields of a snapshot as this program wrote them. The lists of ids, which grow with the session, are left for later. */
export function parseHead(text: string): SnapshotHead | undefined {
  const tasks = cutList(text, 'tasks');
  const plans = cutList(tasks.rest, 'plans');
  const fields = JSON.parse(plans.rest) as unknown;
  return isPlainObject(fields)
    ? {
        fields: { ...fields, tasks: [], plans: [] },
        ids: { tasks: tasks.ids ?? known(fields['tasks']), plans: plans.ids ?? known(fields['plans']) },
      }
    : undefined;
}

/** Takes a list at the top level out of the text: only there do lines begin like that, for no string has a line break in it. */
function cutList(text: string, key: string): { readonly rest: string; readonly ids?: IdSource } {
  const name = `\n  "${key}": `;
  const start = text.indexOf(`${name}[\n`);
  const end = text.indexOf('\n  ]', start);
  if (start < 0 || end < 0) return { rest: text };
  const list = text.slice(start + name.length, end + 4);
  return { rest: `${text.slice(0, start)}${name}[]${text.slice(end + 4)}`, ids: listed(list) };
}

/** One id a line. */
function listed(list: string): IdSource {
  let ids: readonly string[] | undefined;
  return {
    get size() {
      return list.split('\n').length - 2;
    },
    load: () => (ids ??= JSON.parse(list) as readonly string[]),
  };
}

function known(value: unknown): IdSource {
  const ids = Array.isArray(value) ? (value as readonly string[]) : [];
  return { size: ids.length, load: () => ids };
}
