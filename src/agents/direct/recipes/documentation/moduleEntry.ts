import { exampleOf } from '../tests/componentTest.ts';
import { kindOf } from '../component/reactComponent.ts';
import { knownComponent, knownModule } from '../knownModule.ts';
import { type ModuleSource } from '../moduleSource.ts';
import { baseNameOf, extensionOf, folderOf, stemOf } from '../sourceFiles.ts';

/** What a README says about one file. */
export interface ModuleEntry {
  readonly path: string;
  readonly heading: string;
  /** Whether it belongs below "Components". */
  readonly component: boolean;
  /** Lines below the heading. */
  readonly body: readonly string[];
}

export function describeModule(subject: ModuleSource, testPath: string | undefined): ModuleEntry {
  const component = knownComponent(subject);
  const main =
    subject.exports.find(one => one.isDefault && one.name !== undefined) ??
    subject.exports.find(one => one.kind !== 'type');
  const names = subject.exports.map(one => one.name).filter(name => name !== undefined);
  const stem = stemOf(subject.path);
  const heading = subject.jsx
    ? (main?.name ?? stem)
    : stem === 'index'
      ? baseNameOf(folderOf(subject.path)) || stem
      : stem;
  const summary = (main?.summary ?? subject.exports.find(one => one.summary !== undefined)?.summary)?.replace(
    /[<>&`]/g,
    '\\$&',
  );
  return {
    path: subject.path,
    heading: heading.replace(/[<>&`\\[\]*#]/g, ''),
    component: subject.jsx,
    body: [
      ...(summary === undefined ? [] : [summary, '']),
      `- File: \`${subject.path.replaceAll('`', '')}\``,
      ...(names.length === 0
        ? []
        : [`- Exports: ${[...new Set(names)].map(name => `\`${name}\``).join(', ')}`]),
      ...(testPath === undefined ? [] : [`- Tests: \`${testPath.replaceAll('`', '')}\``]),
      ...usage(subject, component),
    ],
  };
}

function usage(subject: ModuleSource, component: string | undefined): readonly string[] {
  const importing = importOf(subject);
  if (importing === undefined) return [];
  const example = component === undefined ? (knownModule(subject)?.usage ?? []) : exampleLines(component);
  const language = extensionOf(subject.path).replace(/^\.[cm]?/, '');
  return ['', `\`\`\`${language}`, importing, ...(example.length === 0 ? [] : ['', ...example]), '```'];
}

function exampleLines(component: string): readonly string[] {
  const [first] = kindOf(component).cases;
  return first === undefined ? [] : [exampleOf(component, first.props)];
}

function importOf(subject: ModuleSource): string | undefined {
  const values = subject.exports.filter(one => one.kind !== 'type');
  const named = [...new Set(values.filter(one => !one.isDefault).map(one => one.name))].filter(
    name => name !== undefined,
  );
  const byDefault = values.find(one => one.isDefault);
  const list = named.length === 0 ? undefined : `{ ${named.slice(0, 4).join(', ')} }`;
  const path = `./${subject.typescript ? subject.path.slice(0, -extensionOf(subject.path).length) : subject.path}`;
  if (/['"\\`]/.test(path)) return undefined;
  if (subject.modules === 'cjs')
    return list === undefined ? undefined : `const ${list} = require('${path}');`;
  const names = [byDefault === undefined ? undefined : (byDefault.name ?? 'value'), list].filter(
    part => part !== undefined,
  );
  return names.length === 0 ? undefined : `import ${names.join(', ')} from '${path}';`;
}
