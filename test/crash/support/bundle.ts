import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

const WORKERS = join(import.meta.dirname, '../workers');
const SOURCES = join(import.meta.dirname, '../../../src');

let folder: string | undefined;
const built = new Map<string, Promise<string>>();

/** A worker as one file: it starts several times faster than from its sources. */
export function worker(name: string): Promise<string> {
  return bundled(join(WORKERS, `${name}.ts`));
}

/** The command line, as one file, from the sources as they are now. */
export function commandLine(): Promise<string> {
  return bundled(join(SOURCES, 'cli/main.ts'));
}

function bundled(source: string): Promise<string> {
  const known = built.get(source) ?? bundle(source);
  built.set(source, known);
  return known;
}

async function bundle(source: string): Promise<string> {
  folder ??= mkdtempSync(join(tmpdir(), 'crash-workers-'));
  const outfile = join(folder, `${basename(source, '.ts')}.cjs`);
  await build({
    ...{ entryPoints: [source], outfile, bundle: true, format: 'cjs', platform: 'node', target: 'node22' },
    logLevel: 'error',
  });
  return outfile;
}

export function removeBundles(): void {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  folder = undefined;
  built.clear();
}
