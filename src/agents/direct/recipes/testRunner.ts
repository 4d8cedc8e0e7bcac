import { type RecipeContext } from '../recipe.ts';
import { type CompilerOptions } from './compilerOptions.ts';
import { type Manifest } from './manifest.ts';
import { readQuietly } from './readQuietly.ts';

export type RunnerName = 'vitest' | 'jest' | 'mocha' | 'node:test';

/** What runs the workspace's tests. */
export interface TestRunner {
  readonly name: RunnerName;
  readonly installed: boolean;
  /** Where a browser's DOM comes from: `environment` names the package that a test file has to ask for. */
  readonly dom: { readonly ready: boolean; readonly environment: string | undefined };
  /** Whether `@jest/globals` is to be imported. */
  readonly importsGlobals: boolean;
  /** What it loads besides JavaScript that Node runs as it is. */
  readonly loads: { readonly typescript: boolean; readonly jsx: boolean };
  /** The command that runs these test files. */
  command(testPaths: readonly string[]): string;
}

interface Workspace {
  readonly files: readonly string[];
  readonly tests: readonly string[];
  readonly manifest: Manifest | undefined;
  readonly compiler: CompilerOptions;
}

/** The runner that the test script names, else the one in the dependencies, else `node:test` if tests import it. */
export async function detectRunner(
  context: RecipeContext,
  workspace: Workspace,
): Promise<TestRunner | undefined> {
  const script = workspace.manifest?.scripts['test'] ?? '';
  const name =
    runnerOf(script) ??
    runnerOfPackages(workspace.manifest) ??
    (await runnerOfTests(context, workspace.tests));
  if (name === undefined) return undefined;
  const packages = workspace.manifest?.packages ?? new Set<string>();
  const reactScripts = name === 'jest' && packages.has('react-scripts') && !packages.has('jest');
  const configuration = name === 'node:test' ? '' : await readConfiguration(context, workspace, name);
  return {
    name,
    installed: name === 'node:test' || (await isInstalled(context, reactScripts ? 'react-scripts' : name)),
    dom: domOf(name, packages, configuration, reactScripts),
    importsGlobals: name === 'jest' && packages.has('@jest/globals'),
    loads: loadsOf(name, `${script} ${configuration}`, workspace),
    command: testPaths => commandOf(name, script, testPaths, reactScripts),
  };
}

/** Whether a package can be loaded in the workspace's root. */
export async function isInstalled(context: RecipeContext, name: string): Promise<boolean> {
  if (!/^(@[\w.-]+\/)?\w[\w.-]*$/.test(name)) return false;
  return (await readQuietly(context, `node_modules/${name}/package.json`)) !== undefined;
}

function runnerOf(script: string): RunnerName | undefined {
  if (/\bvitest\b/.test(script)) return 'vitest';
  if (/\bjest\b|\breact-scripts test\b/.test(script)) return 'jest';
  if (/\bmocha\b/.test(script)) return 'mocha';
  return /\b(node|tsx)\b.*\s--test\b/.test(script) ? 'node:test' : undefined;
}

function runnerOfPackages(manifest: Manifest | undefined): RunnerName | undefined {
  if (manifest?.packages.has('react-scripts') === true && !manifest.packages.has('vitest')) return 'jest';
  return (['vitest', 'jest', 'mocha'] as const).find(name => manifest?.packages.has(name));
}

async function runnerOfTests(
  context: RecipeContext,
  tests: readonly string[],
): Promise<RunnerName | undefined> {
  for (const path of tests.slice(0, 5)) {
    const text = await readQuietly(context, path);
    if (text !== undefined && /['"]node:test['"]/.test(text)) return 'node:test';
  }
  return undefined;
}

async function readConfiguration(
  context: RecipeContext,
  workspace: Workspace,
  name: RunnerName,
): Promise<string> {
  const pattern = {
    vitest: /^vi(te|test)\.config\.[cm]?[jt]s$/,
    jest: /^jest\.config\./,
    mocha: /^\.mocharc\./,
  }[name as 'vitest' | 'jest' | 'mocha'];
  const paths = workspace.files.filter(path => pattern.test(path));
  const texts = await Promise.all(paths.map(path => readQuietly(context, path)));
  const inline = name === 'jest' ? JSON.stringify(workspace.manifest?.jest ?? '') : '';
  return [...texts, inline].join('\n');
}

function domOf(
  name: RunnerName,
  packages: ReadonlySet<string>,
  configuration: string,
  reactScripts: boolean,
): TestRunner['dom'] {
  const ready = reactScripts || /environment\W+(jsdom|happy-dom|jest-environment-jsdom)/i.test(configuration);
  const available =
    name === 'vitest'
      ? ['jsdom', 'happy-dom'].find(environment => packages.has(environment))
      : name === 'jest' && packages.has('jest-environment-jsdom')
        ? 'jsdom'
        : undefined;
  return { ready, environment: available };
}

function loadsOf(
  name: RunnerName,
  settings: string,
  { manifest, compiler, tests }: Workspace,
): TestRunner['loads'] {
  if (name === 'vitest' || name === 'jest') return { typescript: true, jsx: true };
  const loader = /\b(tsx|ts-node|esbuild-register|@swc-node\/register|@babel\/register)\b/.exec(
    settings,
  )?.[1];
  // Node runs TypeScript itself where the project has been set up for that.
  const native =
    compiler.allowImportingTsExtensions === true ||
    compiler.rewriteRelativeImportExtensions === true ||
    compiler.erasableSyntaxOnly === true ||
    manifest?.scripts['test']?.includes('strip-types') === true ||
    tests.some(path => path.endsWith('.test.ts'));
  return { typescript: loader !== undefined || native, jsx: loader !== undefined && loader !== 'ts-node' };
}

function commandOf(
  name: RunnerName,
  script: string,
  testPaths: readonly string[],
  reactScripts: boolean,
): string {
  // Paths are named only when every shell takes each for one word: otherwise all tests run.
  const paths = testPaths.every(path => /^[\w@][\w@./-]*$/.test(path)) ? testPaths : [];
  const single = runnerOf(script) === name && !/[&|;<>]|--watch/.test(script);
  if (single) {
    const once = name === 'vitest' && !/\bvitest\s+(--)?run\b|--run\b/.test(script) ? ['--run'] : [];
    const noWatch = reactScripts ? ['--watchAll=false'] : [];
    const extra = [...once, ...noWatch, ...paths];
    return ['npm test', ...(extra.length > 0 ? ['--', ...extra] : [])].join(' ');
  }
  const direct = {
    vitest: 'npx --no-install vitest run',
    jest: reactScripts ? 'npx --no-install react-scripts test --watchAll=false' : 'npx --no-install jest',
    mocha: 'npx --no-install mocha',
    'node:test': 'node --test',
  }[name];
  return [direct, ...paths].join(' ');
}
