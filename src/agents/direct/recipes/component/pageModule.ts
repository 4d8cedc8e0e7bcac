import { camelCase, kebabCase } from '../naming.ts';

export interface ModuleOptions {
  readonly typescript: boolean;
  readonly commonModule: boolean;
}

/** The name of the function that such a component exports. */
export function pageFunctionName(name: string): string {
  return camelCase(`render-${kebabCase(name)}`);
}

/** A component where there is no framework: a function that gives the markup of a section, safe for any text. Template style. */
export function writePageModule(name: string, { typescript, commonModule }: ModuleOptions): string {
  const functionName = pageFunctionName(name);
  const typed = (annotation: string) => (typescript ? annotation : '');
  const declared = commonModule ? 'function' : 'export function';
  return [
    ...(typescript ? typedOptions(name) : []),
    ...documentation(typescript),
    `${declared} ${functionName}({ title, items = [] }${typed(`: ${name}Options`)})${typed(': string')} {`,
    "  const list = items.map((item) => `<li>${escapeHtml(item)}</li>`).join('');",
    '  const heading = `<h2>${escapeHtml(title)}</h2>`;',
    '  return `<section class="' + kebabCase(name) + '">${heading}<ul>${list}</ul></section>`;',
    '}',
    '',
    `function escapeHtml(text${typed(': string')})${typed(': string')} {`,
    '  return text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);',
    '}',
    '',
    ...(commonModule ? [`module.exports = { ${functionName} };`, ''] : []),
  ].join('\n');
}

function typedOptions(name: string): readonly string[] {
  return [
    `export interface ${name}Options {`,
    '  /** The heading. */',
    '  title: string;',
    '  /** What stands below the heading. */',
    '  items?: readonly string[];',
    '}',
    '',
  ];
}

function documentation(typescript: boolean): readonly string[] {
  const summary = 'The HTML of a section with a title and a list. All text is escaped.';
  if (typescript) return [`/** ${summary} */`];
  return [
    '/**',
    ` * ${summary}`,
    ' *',
    ' * @param {object} options',
    ' * @param {string} options.title The heading.',
    ' * @param {readonly string[]} [options.items] What stands below the heading.',
    ' * @returns {string}',
    ' */',
  ];
}
