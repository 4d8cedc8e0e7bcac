import type { AgentTask } from '../core/task.ts';

/** Which tasks a region comes from. */
export interface Mark {
  /** From 0. */
  readonly line: number;
  /** Newest first. */
  readonly tasks: readonly AgentTask[];
  /** Whether the lines could not be told: it is about the file. */
  readonly isWhole: boolean;
}

/** One replacement in a text, as VS Code tells it. */
export interface Edit {
  readonly range: {
    readonly start: { readonly line: number; readonly character: number };
    readonly end: { readonly line: number };
  };
  readonly text: string;
}

/** The marks of an open document, which keep their lines while the person types. */
export class DocumentMarks {
  readonly #found: Promise<void>;
  readonly #early: Edit[] = [];
  #marks: readonly Mark[] | undefined;
  #edited = false;
  #outdated = false;

  /** `found`: those of the text as it is now. */
  constructor(found: Promise<readonly Mark[]>) {
    this.#found = found.then(marks => {
      this.#marks = this.#early.reduce(moved, marks);
    });
  }

  /** Whether the person has typed since. */
  get edited(): boolean {
    return this.#edited;
  }

  /** Tasks, or the file, changed since. */
  outdate(): void {
    this.#outdated = true;
  }

  /**
   * Whether they may be shown for the text as it is now: where the person types until they save, whatever else happens
   * meanwhile. A text that changed and has nothing to save is what is on the disk: it was saved, or a task wrote it.
   */
  areCurrent(hasUnsavedText: boolean): boolean {
    return this.#edited ? hasUnsavedText : !this.#outdated;
  }

  edit(edits: readonly Edit[]): void {
    if (edits.length > 0) this.#edited = true;
    if (this.#marks === undefined) this.#early.push(...edits);
    else this.#marks = edits.reduce(moved, this.#marks);
  }

  /** As they are at present. Rejects when they could not be found. */
  async marks(): Promise<readonly Mark[]> {
    await this.#found;
    return this.#marks ?? [];
  }
}

/** VS Code tells the edits of one moment from the end of the text to its beginning, so that each can be taken by itself. */
function moved(marks: readonly Mark[], { range: { start, end }, text }: Edit): readonly Mark[] {
  const added = text.split('\n').length - 1 - (end.line - start.line);
  return marks.flatMap(mark => {
    const isAbove = mark.line < start.line || (mark.line === start.line && start.character > 0);
    if (isAbove || mark.isWhole) return [mark];
    // What begins among lines that went is gone with them.
    return mark.line < end.line ? [] : [{ ...mark, line: mark.line + added }];
  });
}
