/** One place of a file that changes: `anchor` must occur exactly once. */
export interface TextEdit {
  readonly anchor: string;
  readonly replacement: string;
}

/** Something that the todo app can learn. */
export interface TodoFeature {
  /** The name of its module and test. */
  readonly name: string;
  /** What a person sees, as part of a sentence. */
  readonly summary: string;
  readonly module: string;
  readonly test: string;
  /** What connects it to the page, by file. */
  readonly edits: Readonly<Record<string, readonly TextEdit[]>>;
}

/** The edited text; `undefined` when somebody has changed one of the places. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string | undefined {
  let result = text;
  for (const { anchor, replacement } of edits) {
    const parts = result.split(anchor);
    if (parts.length !== 2) return undefined;
    result = parts.join(replacement);
  }
  return result;
}
