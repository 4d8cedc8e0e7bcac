/** A value that a test or an example gives to a prop. */
export type SampleValue = string | readonly string[] | true;

export interface ComponentProp {
  readonly name: string;
  /** The TypeScript type; `ReactNode` is imported. */
  readonly type: string;
  readonly optional: boolean;
  readonly doc: string;
  /** Source of the default value. */
  readonly initial?: string;
}

/** Something that is true of a freshly written component. */
export interface ComponentCase {
  readonly title: string;
  readonly props: Readonly<Record<string, SampleValue>>;
  readonly shows: readonly string[];
  readonly hides: readonly string[];
}

/** What a component of a certain sort looks like. Kinds are told by the last word of the name. */
export interface ComponentKind {
  /** Whether the words of a name, lower-cased, ask for this kind. */
  matches(words: readonly string[]): boolean;
  /** The first sentence of the component's comment. */
  readonly summary: string;
  readonly props: readonly ComponentProp[];
  /** The name of the outermost element. */
  readonly element: string;
  /** The JSX that the component returns, its lines indented from column 0. */
  markup(className: string): readonly string[];
  readonly cases: readonly ComponentCase[];
}

export function endsWithOneOf(...endings: readonly string[]): (words: readonly string[]) => boolean {
  return words => endings.includes(words.at(-1) ?? '');
}
