import * as z from 'zod';

const texts = z.record(z.string(), z.unknown()).catch({});

const schema = z.object({
  name: z.string().optional().catch(undefined),
  description: z.string().optional().catch(undefined),
  type: z.string().optional().catch(undefined),
  scripts: z.record(z.string(), z.string()).catch({}),
  dependencies: texts,
  devDependencies: texts,
  peerDependencies: texts,
  jest: z.unknown().optional(),
  prettier: z.unknown().optional(),
});

/** What recipes read of a `package.json`. */
export interface Manifest {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly type?: string | undefined;
  readonly scripts: Readonly<Record<string, string>>;
  /** Names of all packages that it depends on, in whatever way. */
  readonly packages: ReadonlySet<string>;
  readonly jest?: unknown;
  readonly prettier?: unknown;
}

/** Takes what can be read: a broken `package.json` is like none. */
export function parseManifest(text: string | undefined): Manifest | undefined {
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) return undefined;
  const { dependencies, devDependencies, peerDependencies, ...rest } = parsed.data;
  const packages = new Set(
    [dependencies, devDependencies, peerDependencies].flatMap(map => Object.keys(map)),
  );
  return { ...rest, packages };
}
