import { type RecipeContext } from '../recipe.ts';
import type { CompilerOptions } from './compilerOptions.ts';
import type { Manifest } from './manifest.ts';
import { readQuietly } from './readQuietly.ts';
import type { CodeStyle } from './restyle.ts';
import { extensionOf, isSourceFile, isTestFile } from './sourceFiles.ts';
import { detectRunner, type TestRunner } from './testRunner.ts';

/** What a recipe knows of the workspace before it writes anything. */
export interface Survey {
  readonly files: readonly string[];
  /** Files that people write and could test. */
  readonly sources: readonly string[];
  readonly tests: readonly string[];
  readonly manifest: Manifest | undefined;
  readonly compiler: CompilerOptions;
  readonly language: 'typescript' | 'javascript';
  readonly style: CodeStyle;
  /** Whether react is a dependency. */
  readonly react: boolean;
  /** A framework other than React whose components look different. */
  readonly otherFramework: string | undefined;
  /** Whether JSX needs `React` in scope here. */
  readonly importsReact: boolean;
  /** Whether components are default exports here. */
  readonly defaultExports: boolean;
  /** What a `.js` file is; `unknown` where nothing tells. */
  readonly javaScriptModules: 'esm' | 'cjs' | 'unknown';
  readonly runner: TestRunner | undefined;
}

/** Enough to see a habit; every look is on record. */
const sampleSize = 4;

export async function surveyWorkspace(context: RecipeContext): Promise<Survey> {
  // Loaded with their schemas when a recipe runs: a host that runs none does without.
  const [{ detectStyle }, { parseCompilerOptions }, { parseManifest }] = await Promise.all([
    import('./codeStyle.ts'),
    import('./compilerOptions.ts'),
    import('./manifest.ts'),
  ]);
  const files = (await context.listFiles()).filter(file => !file.startsWith('.coding-agent/'));
  const known = new Set(files);
  const read = async (path: string) => (known.has(path) ? readQuietly(context, path) : undefined);
  const manifest = parseManifest(await read('package.json'));
  const compiler = parseCompilerOptions(await read('tsconfig.json'));
  const sources = files.filter(isSourceFile);
  const tests = files.filter(isTestFile);
  const packages = manifest?.packages ?? new Set<string>();
  const language =
    known.has('tsconfig.json') || packages.has('typescript') || mostlyTyped(sources)
      ? 'typescript'
      : 'javascript';
  const components = await readSome(context, componentsFirst(sources.filter(isComponentFile)));
  const neighbours = [
    ...components,
    ...(await readSome(
      context,
      sources.filter(path => !isComponentFile(path)),
    )),
  ];
  const prettier = (await read('.prettierrc')) ?? (await read('.prettierrc.json')) ?? manifest?.prettier;
  return {
    files,
    sources,
    tests,
    manifest,
    compiler,
    language,
    style: detectStyle({ prettier, editorConfig: await read('.editorconfig'), neighbours }),
    react: packages.has('react') || packages.has('next'),
    otherFramework: otherFrameworkOf(packages),
    importsReact: importsReact(compiler, packages, components),
    defaultExports: components.filter(isDefaultExport).length * 2 > components.length,
    javaScriptModules: javaScriptModules(manifest, sources, neighbours),
    runner: await detectRunner(context, { files, tests, manifest, compiler }),
  };
}

export function isComponentFile(path: string): boolean {
  return /\.[jt]sx$/.test(path) || (path.endsWith('.js') && /(^|\/)components\//.test(path));
}

async function readSome(context: RecipeContext, paths: readonly string[]): Promise<readonly string[]> {
  const texts = await Promise.all(paths.slice(0, sampleSize).map(path => readQuietly(context, path)));
  return texts.filter(text => text !== undefined);
}

function componentsFirst(paths: readonly string[]): readonly string[] {
  const inFolder = paths.filter(path => path.includes('components/'));
  return [...inFolder, ...paths.filter(path => !path.includes('components/'))];
}

function mostlyTyped(sources: readonly string[]): boolean {
  const typed = sources.filter(path => /^\.[cm]?tsx?$/.test(extensionOf(path)));
  return typed.length * 2 > sources.length;
}

function otherFrameworkOf(packages: ReadonlySet<string>): string | undefined {
  const frameworks = {
    vue: 'Vue',
    svelte: 'Svelte',
    '@angular/core': 'Angular',
    'solid-js': 'Solid',
    preact: 'Preact',
    lit: 'Lit',
  };
  for (const [name, title] of Object.entries(frameworks)) if (packages.has(name)) return title;
  return packages.has('react-native') && !packages.has('react-dom') ? 'React Native' : undefined;
}

/** What compiles JSX decides; where nothing tells, an import that is not needed is better than one that is missing. */
function importsReact(
  compiler: CompilerOptions,
  packages: ReadonlySet<string>,
  components: readonly string[],
): boolean {
  if (components.length > 0) return components.filter(hasReactImport).length * 2 > components.length;
  if (compiler.jsx !== undefined) return compiler.jsx === 'react';
  const automatic = [
    'next',
    'react-scripts',
    '@vitejs/plugin-react',
    '@vitejs/plugin-react-swc',
    'gatsby',
    '@remix-run/react',
  ];
  return packages.has('react') && !automatic.some(name => packages.has(name));
}

function hasReactImport(text: string): boolean {
  return /^import\s+(\*\s+as\s+)?React\b/m.test(text);
}

function isDefaultExport(text: string): boolean {
  return /^export default (function|class|[A-Z]|memo|forwardRef)/m.test(text);
}

function javaScriptModules(
  manifest: Manifest | undefined,
  sources: readonly string[],
  neighbours: readonly string[],
): Survey['javaScriptModules'] {
  if (manifest?.type === 'module') return 'esm';
  if (manifest?.type === 'commonjs') return 'cjs';
  // What is bundled tells nothing of what Node makes of a .js file.
  if (!sources.some(path => path.endsWith('.js'))) return 'unknown';
  const esm = neighbours.filter(text => /^(import\s[^(]|import\{|export\s)/m.test(text)).length;
  const cjs = neighbours.filter(text => /\brequire\(|\bmodule\.exports\b|^exports\./m.test(text)).length;
  if (esm === cjs) return 'unknown';
  return esm > cjs ? 'esm' : 'cjs';
}
