// Builds everything that ships (dist/) and, with --tests, the tests that run inside VS Code (out/).
//   node esbuild.js [--production] [--tests] [--watch]
'use strict';

const {
  chmodSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} = require('node:fs');
const path = require('node:path');
const esbuild = require('esbuild');

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');
const tests = process.argv.includes('--tests');

/** The two programs. In the CLI and its parts `vscode` is not external: an import of it fails the build. */
const extensionEntry = 'src/extension/extension.ts';
const cliEntry = 'src/cli/main.ts';

/**
 * Parts that are loaded when they are first needed, each a bundle of its own. In the source that is an
 * ordinary `await import('../host/createHost.ts')`; in the bundle it becomes a require of dist/host.js.
 * Each bundle has its own copy of what it imports, so across them compare errors by `code`, never by instanceof.
 */
const lazyEntries = {
  'src/host/createHost.ts': 'host',
  'src/cli/program.ts': 'program',
  'src/api/server.ts': 'server',
  'src/agents/model/modelLoop.ts': 'model',
  'src/agents/acp/acpTask.ts': 'acp',
  'src/host/otel/otelExport.ts': 'otel',
  'src/extension/commands/commandTable.ts': 'commands',
  'src/extension/dashboard/dashboardPanel.ts': 'dashboardHost',
  'src/transfer/exportSession.ts': 'export',
  'src/transfer/importSession.ts': 'import',
};

const common = {
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node22',
  minify: production,
  sourcemap: production ? false : 'linked',
  legalComments: 'none',
  logLevel: 'silent',
  supported: { 'dynamic-import': false },
};

/** What runs in the page of the dashboard, with its style sheet. */
const dashboardPage = 'src/extension/dashboard/page';

/** The client of the HTTP API, for Node and browsers. */
const clientEntry = 'src/client/client.ts';

/** Writes the declarations beside the client's bundle, with all that they refer to. */
const typesPlugin = {
  name: 'types',
  setup(build) {
    build.onEnd(() => {
      const ts = require('typescript');
      const names = new Set([clientEntry]);
      // A set also visits what is added to it meanwhile.
      for (const name of names) {
        const { outputText } = ts.transpileDeclaration(readFileSync(name, 'utf8'), {
          fileName: name,
          compilerOptions: { module: ts.ModuleKind.NodeNext },
        });
        for (const { fileName } of ts.preProcessFile(outputText).importedFiles)
          if (fileName.startsWith('.')) names.add(path.posix.join(path.posix.dirname(name), fileName));
        const file = name.replace(/^src\//, 'dist/types/').replace(/\.ts$/, '.d.ts');
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, outputText);
      }
    });
  },
};

/** Turns a dynamic import of a lazy entry into a require of its bundle. */
const lazyPlugin = {
  name: 'lazy',
  setup(build) {
    build.onResolve({ filter: /^\./ }, args => {
      if (args.kind !== 'dynamic-import') return undefined;
      const file = path
        .relative(__dirname, path.resolve(args.resolveDir, args.path))
        .split(path.sep)
        .join('/');
      const name = lazyEntries[file];
      return name === undefined ? undefined : { path: `./${name}.js`, external: true };
    });
  },
};

/** Prints what the problem matcher in .vscode/tasks.json reads. */
const reportPlugin = {
  name: 'report',
  setup(build) {
    build.onStart(() => {
      if (watch) console.log('[watch] build started');
    });
    build.onEnd(result => {
      for (const { text, location } of result.errors) {
        console.error(`✘ [ERROR] ${text}`);
        if (location !== null) console.error(`    ${location.file}:${location.line}:${location.column}:`);
      }
      for (const { text, location } of result.warnings) {
        console.warn(`▲ [WARNING] ${text} (${location === null ? '' : `${location.file}:${location.line}`})`);
      }
      if (watch) console.log('[watch] build finished');
    });
  },
};

function bundles() {
  const shipped = [
    {
      entryPoints: { extension: extensionEntry },
      outdir: 'dist',
      external: ['vscode'],
      plugins: [lazyPlugin],
    },
    {
      entryPoints: { cli: cliEntry },
      outdir: 'dist',
      banner: { js: '#!/usr/bin/env node' },
      plugins: [lazyPlugin],
    },
    ...Object.entries(lazyEntries).map(([file, name]) => ({
      entryPoints: { [name]: file },
      outdir: 'dist',
      external: file.startsWith('src/extension/') ? ['vscode'] : [],
      plugins: [lazyPlugin],
    })),
    ...['main.ts', 'dashboard.css'].map(file => ({
      entryPoints: { dashboard: `${dashboardPage}/${file}` },
      outdir: 'dist',
      format: 'iife',
      platform: 'browser',
      target: 'chrome138',
    })),
    {
      entryPoints: { client: clientEntry },
      outdir: 'dist',
      outExtension: { '.js': '.mjs' },
      format: 'esm',
      platform: 'neutral',
      plugins: [typesPlugin],
    },
  ];
  const found = shipped.filter(({ entryPoints }) =>
    Object.values(entryPoints).every(file => existsSync(file)),
  );
  if (!tests) return found;

  const files = globSync('test/extension/**/*.ts').filter(file =>
    /(^|[\\/])index\.ts$|\.test\.ts$/.test(file),
  );
  return [
    ...found,
    {
      entryPoints: files,
      outdir: 'out/test/extension',
      outbase: 'test/extension',
      external: ['vscode', 'mocha'],
      minify: false,
      sourcemap: 'linked',
    },
  ];
}

async function main() {
  const contexts = await Promise.all(
    bundles().map(options =>
      esbuild.context({
        ...common,
        ...options,
        absWorkingDir: __dirname,
        metafile: true,
        plugins: [...(options.plugins ?? []), reportPlugin],
      }),
    ),
  );
  if (watch) {
    await Promise.all(contexts.map(context => context.watch()));
    return;
  }
  const results = await Promise.allSettled(contexts.map(context => context.rebuild()));
  await Promise.all(contexts.map(context => context.dispose()));
  if (results.some(({ status }) => status === 'rejected')) {
    process.exitCode = 1;
    return;
  }
  const outputs = results.flatMap(({ value }) => Object.entries(value.metafile.outputs));
  removeOld(new Set(outputs.map(([file]) => file)));
  for (const [file, { bytes }] of outputs) {
    if (/^dist\/.*\.js$/.test(file)) console.log(`${file}  ${(bytes / 1024).toFixed(1)} KB`);
  }
  if (existsSync('dist/cli.js')) chmodSync('dist/cli.js', 0o755);
}

/** Removes what an earlier build left, so that it can neither ship nor be tested. */
function removeOld(outputs) {
  const built = [
    ...globSync('dist/*.{js,mjs,css,map}'),
    ...(tests ? globSync('out/test/extension/**/*.{js,map}') : []),
  ];
  for (const file of built) {
    if (!outputs.has(file.split(path.sep).join('/'))) rmSync(file);
  }
}

process.chdir(__dirname);
main().catch(error => {
  console.error(error);
  process.exit(1);
});
