import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const PROJECT = join(import.meta.dirname, '../../..');

let bundle: Promise<string> | undefined;

/** The command line as one file, made once a test run: it starts several times faster than from its sources. */
export function bundledCli(): Promise<string> {
  bundle ??= make();
  return bundle;
}

async function make(): Promise<string> {
  // Within the project, so that the program finds the version of its package.
  const folder = join(PROJECT, 'node_modules/.cache', `cli-under-test-${String(process.pid)}`);
  mkdirSync(folder, { recursive: true });
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  const outfile = join(folder, 'cli.cjs');
  await build({
    entryPoints: [join(PROJECT, 'src/cli/main.ts')],
    ...{ outfile, bundle: true, format: 'cjs', platform: 'node', target: 'node22', logLevel: 'silent' },
    supported: { 'dynamic-import': false },
  });
  return outfile;
}
