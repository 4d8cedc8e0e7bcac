import { kindOf } from '../component/reactComponent.ts';
import { type ModuleExport, type ModuleSource } from '../moduleSource.ts';
import { stemOf } from '../sourceFiles.ts';
import { describeBlock, importLine, literal, type TestDialect } from './testDialect.ts';

/** Exports that exist when the program runs. */
export function valuesOf(subject: ModuleSource): readonly ModuleExport[] {
  return subject.exports.filter(one => one.kind !== 'type' && (one.name !== undefined || one.isDefault));
}

/** Loads a module and checks that it exports what it says, as what it says: what its exports should do is not known. */
export function writeExportsTest(
  subject: ModuleSource,
  specifier: string,
  common: boolean,
  dialect: TestDialect,
): string {
  const title = stemOf(subject.path);
  const tests = valuesOf(subject).map(one => {
    const actual = one.isDefault ? 'subject.default' : `subject.${one.name ?? 'default'}`;
    return dialect.test(`exports ${labelOf(one)}`, [
      dialect.equal(`typeof ${actual}${comparison(one)}`, one.kind === 'value' ? 'true' : "'function'"),
    ]);
  });
  return [
    ...dialect.imports(common),
    importLine(common ? 'subject' : '* as subject', literal(specifier), common),
    '',
    ...describeBlock(title, tests),
    '',
  ].join('\n');
}

/** Reads a file and checks that it exports what it says: for files that the runner cannot load. */
export function writeSourceTest(
  subject: ModuleSource,
  specifier: string,
  common: boolean,
  dialect: TestDialect,
  component: string | undefined,
): string {
  const tests = valuesOf(subject).map(one =>
    dialect.test(`exports ${labelOf(one)}`, [dialect.matches('source', patternOf(one, subject.text))]),
  );
  const [first, ...rest] = dialect.imports(common);
  return [
    ...(first === undefined ? [] : [first]),
    importLine('{ readFileSync }', "'node:fs'", common),
    ...(common ? [importLine('{ join }', "'node:path'", common)] : []),
    ...rest,
    '',
    '// These tests read the source: it cannot be loaded without a compiler or packages that are not installed.',
    common
      ? `const source = readFileSync(join(__dirname, ${literal(specifier)}), 'utf8');`
      : `const source = readFileSync(new URL(${literal(specifier)}, import.meta.url), 'utf8');`,
    '',
    ...describeBlock(
      stemOf(subject.path),
      component === undefined ? tests : [...tests, propsTest(component, dialect)],
    ),
    '',
  ].join('\n');
}

function propsTest(component: string, dialect: TestDialect): readonly string[] {
  const names = kindOf(component).props.map(prop => prop.name);
  const pattern = names.map(name => `[^)]*\\b${name}\\b`).join('');
  return dialect.test(`takes ${names.join(', ')}`, [
    dialect.matches('source', `/function ${component}\\(\\{${pattern}/`),
  ]);
}

function labelOf({ name, isDefault }: ModuleExport): string {
  if (name === undefined) return 'a default';
  return isDefault ? `${name} as the default` : name;
}

function comparison({ kind }: ModuleExport): string {
  return kind === 'value' ? " !== 'undefined'" : '';
}

/** A name may be exported where it is declared or in a list; `module.exports` counts too. */
function patternOf({ name, isDefault }: ModuleExport, text: string): string {
  if (name === undefined) return '/^export default /m';
  const word = name.replaceAll('$', '\\$');
  const declared = `^export ${isDefault ? 'default ' : ''}(async )?(function\\*?|class|const|let|var) ${word}(?![\\w$])`;
  const listed = `${isDefault ? '(export default |export \\{)' : '(export \\{|exports)'}[^;]*(?<![\\w$])${word}(?![\\w$])`;
  const pattern = [declared, listed].find(one => new RegExp(one, 'm').test(text));
  return pattern === undefined ? `/(?<![\\w$])${word}(?![\\w$])/` : `/${pattern}/m`;
}
