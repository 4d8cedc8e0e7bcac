type JsonObject = Readonly<Record<string, unknown>>;

/** Turns what one version wrote into what the next one would have written. Pure; never in the other direction. */
export type MigrationStep = (value: JsonObject) => JsonObject;

/**
 * The first turns records, or documents, of version 1 into those of version 2, and so on: a list's length and one is the
 * current version. Journals are never rewritten for this: every line carries its version, and is migrated when it is read.
 * Snapshots are rewritten in time; the one of the older version is kept beside as `{name}.v{n}.bak`. What a newer version
 * wrote is opened read-only.
 */
export const RECORD_STEPS: readonly MigrationStep[] = [];
export const DOCUMENT_STEPS: readonly MigrationStep[] = [];

/** The value as the current version would have written it. A version below 1 is one of before there were versions: 1. */
export function migrate(value: JsonObject, version: number, steps: readonly MigrationStep[]): JsonObject {
  if (version > steps.length) return value;
  return steps.slice(Math.max(1, version) - 1).reduce((migrated, step) => step(migrated), value);
}
