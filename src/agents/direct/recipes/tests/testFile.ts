import { type ModuleSource } from '../moduleSource.ts';
import {
  baseNameOf,
  extensionOf,
  folderOf,
  isNamedTest,
  isTestFile,
  joinPath,
  mostFrequent,
  relativeImport,
  stemOf,
} from '../sourceFiles.ts';
import { type Survey } from '../survey.ts';
import { type TestManner } from './testManner.ts';

/** The test file of a source file, or `undefined`: of the same name, beside it, in `__tests__` or in a folder of tests. */
export function existingTest(path: string, survey: Pick<Survey, 'tests'>): string | undefined {
  const stem = nameForTests(path).toLowerCase();
  const folder = folderOf(path);
  return survey.tests.find(test => {
    if (stemOf(test).toLowerCase() !== stem) return false;
    const testFolder = folderOf(test);
    return (
      testFolder === folder ||
      testFolder === joinPath(folder, '__tests__') ||
      isTestFile(joinPath(testFolder, 'a.js'))
    );
  });
}

/** Where the test of a source file goes, following the tests that are there. */
export function testPathFor(subject: ModuleSource, survey: Survey, manner: TestManner): string {
  const named = survey.tests.filter(isNamedTest);
  const ending =
    mostFrequent(named.map(path => /[.-](?:test|spec)(?=\.)/.exec(baseNameOf(path))?.[0] ?? '.test')) ??
    '.test';
  const name = nameForTests(subject.path) + ending + testExtension(subject, survey, manner);
  const folder = folderOf(subject.path);
  const habits = survey.tests.map(
    path =>
      /(^|\/)__tests__\//.exec(path)?.[0].replace(/\//g, '') ?? /^(tests?|spec)(?=\/)/.exec(path)?.[0] ?? '',
  );
  const habit = mostFrequent(habits) ?? (survey.runner?.name === 'mocha' ? 'test' : '');
  if (habit === '__tests__') return joinPath(folder, '__tests__', name);
  if (habit === '') return joinPath(folder, name);
  const mirrored = survey.tests.some(path => path.startsWith(`${habit}/`) && folderOf(path) !== habit);
  return joinPath(habit, mirrored ? folder.replace(/^(src|lib)(\/|$)/, '') : '', name);
}

/** Whether a test file is written as CommonJS. */
export function isCommonTest(
  path: string,
  subject: ModuleSource,
  survey: Survey,
  manner: TestManner,
): boolean {
  if (manner !== 'source') return subject.modules === 'cjs' && !subject.typescript;
  const module = survey.manifest?.type === 'module' || survey.runner?.name === 'vitest';
  return path.endsWith('.cjs') || (path.endsWith('.js') && !module);
}

/** How the test imports its subject: with the extension that the workspace's imports have. */
export function subjectSpecifier(
  testPath: string,
  subject: Pick<ModuleSource, 'path' | 'typescript'>,
  survey: Pick<Survey, 'compiler' | 'runner'>,
): string {
  const path = relativeImport(folderOf(testPath), subject.path);
  if (!subject.typescript) return path;
  const { compiler, runner } = survey;
  const native = runner?.name === 'node:test' || !/\.tsx?$/.test(testPath);
  if (
    native ||
    compiler.allowImportingTsExtensions === true ||
    compiler.rewriteRelativeImportExtensions === true
  )
    return path;
  const withoutExtension = path.slice(0, -extensionOf(path).length);
  const node = /^node(16|18|20|next)$/i;
  return node.test(compiler.module ?? '') || node.test(compiler.moduleResolution ?? '')
    ? `${withoutExtension}.js`
    : withoutExtension;
}

/** `Card` for `Card/index.tsx` too. */
function nameForTests(path: string): string {
  const stem = stemOf(path);
  return stem === 'index' && folderOf(path) !== '' ? baseNameOf(folderOf(path)) : stem;
}

function testExtension(subject: ModuleSource, survey: Survey, manner: TestManner): string {
  const extension = extensionOf(subject.path);
  // Node's own TypeScript wants `.ts` in imports, which only a JavaScript file may say in any project.
  const byHand = survey.runner === undefined && subject.typescript && !subject.jsx;
  if (manner !== 'source' && !byHand) return extension;
  const usual = mostFrequent(survey.tests.map(extensionOf).filter(other => /^\.[cm]?js$/.test(other)));
  if (usual !== undefined) return usual;
  return survey.manifest?.type === 'module' ||
    survey.runner?.name === 'jest' ||
    survey.javaScriptModules === 'cjs'
    ? '.js'
    : '.mjs';
}
