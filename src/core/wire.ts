/** A type of the domain as JSON has it: `Date`s are ISO 8601 strings, nothing is read-only. */
export type Wire<T> = unknown extends T
  ? T
  : T extends Date
    ? string
    : T extends readonly (infer Entry)[]
      ? Wire<Entry>[]
      : T extends object
        ? { -readonly [Key in keyof T]: Wire<T[Key]> }
        : T;
