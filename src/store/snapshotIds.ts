import type { IdSource, RecordIds } from '../core/recordMap.ts';

/** The ids of tasks and of plans, in order. */
export type IdLists = Readonly<Record<'tasks' | 'plans', readonly string[]>>;

/** Both lists as a snapshot has them: one id a line. */
export function idsText({ tasks, plans }: IdLists): string {
  return `  "tasks": ${listText(tasks)},\n  "plans": ${listText(plans)},\n`;
}

/** Where the ids of a snapshot are. */
export interface IdReader {
  /** The text of both lists as it was written; `undefined` when the file has it no more. */
  readonly read: () => Buffer | undefined;
  /** Then the ids are here. */
  readonly recover: () => IdLists;
}

/** The ids of a snapshot, which are read and parsed when somebody asks for one. */
export class SnapshotIds implements RecordIds {
  readonly tasks: IdSource;
  readonly plans: IdSource;
  /** What it leads to is let go of as soon as it is not needed any more. */
  #reader: IdReader | undefined;
  #lists: () => IdLists;

  constructor({ tasks, plans }: Readonly<Record<'tasks' | 'plans', number>>, reader: IdReader) {
    this.#reader = reader;
    this.#lists = reader.recover;
    this.tasks = { size: tasks, load: () => this.#load().tasks };
    this.plans = { size: plans, load: () => this.#load().plans };
  }

  /** Reads their text, so that nobody has to look for it elsewhere when the file is no longer what it was. */
  hold(): void {
    const text = this.#reader?.read();
    if (text === undefined) return;
    this.#reader = undefined;
    this.#lists = () => parse(text);
  }

  #load(): IdLists {
    this.hold();
    const lists = this.#lists();
    this.#reader = undefined;
    this.#lists = () => lists;
    return lists;
  }
}

function parse(text: Buffer): IdLists {
  return JSON.parse(`{${text.toString('utf8', 0, text.lastIndexOf(','))}}`) as IdLists;
}

function listText(ids: readonly string[]): string {
  return ids.length === 0 ? '[]' : `[\n    ${ids.map(id => JSON.stringify(id)).join(',\n    ')}\n  ]`;
}
