import { basename, join } from 'node:path';
import { build } from 'esbuild';

const folder = join(import.meta.dirname, '../node_modules/.cache/bench');
const made = new Map<string, Promise<string>>();
/** Some packages within are CommonJS. */
const withRequire = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;

/** A worker as the product is shipped: in one file of JavaScript. Resolves with its path; made once in a process. */
export function bundled(path: string): Promise<string> {
  const bundle = made.get(path) ?? make(path);
  made.set(path, bundle);
  return bundle;
}

async function make(path: string): Promise<string> {
  const outfile = join(folder, basename(path).replace(/\.mts$/, '.mjs'));
  await build({
    ...{ entryPoints: [path], outfile, bundle: true, minify: true, format: 'esm', platform: 'node' },
    banner: { js: withRequire },
  });
  return outfile;
}
