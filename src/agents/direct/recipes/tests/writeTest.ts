import { type RecipeContext } from '../../recipe.ts';
import { restyle } from '../restyle.ts';
import { type KnownModule } from '../knownBehaviour.ts';
import { knownComponent, knownModule } from '../knownModule.ts';
import { type ModuleSource } from '../moduleSource.ts';
import { stemOf } from '../sourceFiles.ts';
import { type Survey } from '../survey.ts';
import { writeComponentTest } from './componentTest.ts';
import { writeExportsTest, writeSourceTest } from './exportsTest.ts';
import { dialectOf, describeBlock, importLine, literal, type TestDialect } from './testDialect.ts';
import { isCommonTest, subjectSpecifier, testPathFor } from './testFile.ts';
import { chooseManner, type TestManner } from './testManner.ts';

export interface WrittenTest {
  readonly subject: string;
  readonly path: string;
  readonly content: string;
  /** What the tests cover, in words. */
  readonly detail: string;
}

/** The test of one source file, for the runner of the workspace; where there is none, for one that could run it. */
export async function writeTest(
  subject: ModuleSource,
  survey: Survey,
  context: RecipeContext,
): Promise<WrittenTest> {
  const component = knownComponent(subject);
  const module = component === undefined ? knownModule(subject) : undefined;
  const knowledge = component === undefined ? (module === undefined ? undefined : 'module') : 'component';
  const manner = await chooseManner(subject, knowledge, survey, context);
  const runner = survey.runner?.name ?? (subject.jsx ? 'vitest' : 'node:test');
  const dialect = dialectOf(runner, survey.runner?.importsGlobals ?? false);
  const path = testPathFor(subject, survey, manner);
  const common = isCommonTest(path, subject, survey, manner);
  const specifier =
    manner === 'source' ? sourceSpecifier(path, subject) : subjectSpecifier(path, subject, survey);
  const content = contentOf();
  const hint = runner === 'node:test' ? `run it with: node --test ${path}` : `written for ${runner}`;
  const writtenFor = survey.runner === undefined ? `${hint}, as the workspace has no test runner` : undefined;
  return {
    subject: subject.path,
    path,
    content: restyle(content, survey.style),
    detail: [coverage(manner), writtenFor].filter(part => part !== undefined).join('; '),
  };

  function contentOf(): string {
    if (manner === 'source') return writeSourceTest(subject, specifier, common, dialect, component);
    if (manner === 'exports') return writeExportsTest(subject, specifier, common, dialect);
    if (manner === 'behaviour')
      return module === undefined ? '' : writeBehaviourTest(module, subject, specifier, common, dialect);
    return writeComponentTest(component ?? '', {
      manner,
      dialect,
      specifier,
      typescript: subject.typescript,
      defaultExport: subject.exports.some(one => one.isDefault),
      importsReact: survey.importsReact,
      environment: survey.runner?.dom.ready === true ? undefined : survey.runner?.dom.environment,
    });
  }
}

function writeBehaviourTest(
  module: KnownModule,
  subject: ModuleSource,
  specifier: string,
  common: boolean,
  dialect: TestDialect,
): string {
  return [
    ...dialect.imports(common),
    importLine(`{ ${module.exported} }`, literal(specifier), common),
    '',
    ...describeBlock(
      stemOf(subject.path),
      module.tests.map(one => dialect.test(one.title, one.body(dialect))),
    ),
    '',
  ].join('\n');
}

function sourceSpecifier(path: string, subject: ModuleSource): string {
  return subjectSpecifier(path, { ...subject, typescript: false }, { compiler: {}, runner: undefined });
}

function coverage(manner: TestManner): string {
  switch (manner) {
    case 'testing-library':
    case 'markup':
      return 'renders the component and checks what it shows';
    case 'element':
      return 'calls the component; what it shows is not checked, as react-dom is not installed';
    case 'behaviour':
      return 'checks what it does';
    case 'exports':
      return 'loads the file and checks its exports; what they should do is not known';
    case 'source':
      return 'checks the exports in the source; the file cannot be loaded here without a compiler or missing packages';
  }
}
