import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { recipes } from '../../../src/agents/direct/recipes.ts';
import { InMemoryRecipeContext } from './inMemoryRecipeContext.ts';
import { manifest, syntaxErrors } from './workspaces.ts';

/** Workspaces of all shapes that recipes tell apart. */
const workspace = fc
  .record({
    typescript: fc.boolean(),
    react: fc.boolean(),
    type: fc.constantFrom('module', 'commonjs', undefined),
    test: fc.constantFrom('vitest', 'jest', 'mocha', 'node --test', 'node --import tsx --test', undefined),
    packages: fc.subarray([
      'react-dom',
      '@testing-library/react',
      'jsdom',
      'jest-environment-jsdom',
      '@jest/globals',
      'vite',
      'next',
    ]),
    installed: fc.boolean(),
    jsx: fc.constantFrom('react', 'react-jsx', undefined),
    module: fc.constantFrom('nodenext', 'esnext', undefined),
    prettier: fc.constantFrom('{ "semi": false }', 'singleQuote: true\nuseTabs: true\n', undefined),
    editorConfig: fc.constantFrom('[*]\nend_of_line = crlf\nindent_size = 4\n', undefined),
    neighbour: fc.constantFrom(
      'src/components/NavBar',
      'components/nav-bar',
      'src/components/Card/Card',
      'src/ui/components/navBar',
      undefined,
    ),
    defaultExport: fc.boolean(),
    importsReact: fc.boolean(),
    tests: fc.constantFrom(
      'src/__tests__/App.test.js',
      'test/app.spec.mjs',
      'test/lib/app.test.js',
      'tests/app.test.ts',
      undefined,
    ),
  })
  .map(shape => {
    const files: Record<string, string> = {};
    const runner = shape.test?.split(' ')[0];
    const packages = [
      ...(shape.react ? ['react', ...shape.packages] : []),
      ...(shape.typescript ? ['typescript'] : []),
      ...(runner === undefined || runner === 'node' ? [] : [runner]),
    ];
    files['package.json'] = manifest({
      ...(shape.type === undefined ? {} : { type: shape.type }),
      scripts: shape.test === undefined ? {} : { test: shape.test },
      dependencies: Object.fromEntries(packages.map(name => [name, '1'])),
    });
    if (shape.typescript)
      files['tsconfig.json'] = JSON.stringify({ compilerOptions: { jsx: shape.jsx, module: shape.module } });
    if (shape.prettier !== undefined) files['.prettierrc'] = shape.prettier;
    if (shape.editorConfig !== undefined) files['.editorconfig'] = shape.editorConfig;
    if (shape.tests !== undefined) files[shape.tests] = 'export {};\n';
    if (shape.neighbour !== undefined) {
      const head = shape.importsReact ? "import React from 'react';\n\n" : '';
      files[`${shape.neighbour}.${shape.typescript ? 'tsx' : 'jsx'}`] =
        `${head}export ${shape.defaultExport ? 'default ' : ''}function NavBar() {\n  return <nav />;\n}\n`;
    }
    if (shape.installed) for (const name of packages) files[`node_modules/${name}/package.json`] = '{}';
    return files;
  });

const component = fc.constantFrom(
  'UserProfile',
  'save-button',
  'TodoList',
  'x',
  'AVeryLongNameOfAComponentThatNobodyWouldEverChooseToType',
);

const instructions = fc
  .tuple(
    fc.oneof(
      component.map(name => `Create a new React component called ${name}`),
      component.map(name => `Create a component called ${name}`),
      fc.constant('Create component'),
    ),
    fc.constantFrom('Add new feature', 'Create component'),
  )
  .map(([first, second]) => [first, second, 'Add tests', 'Update documentation', 'Update documentation']);

/** The code in a file: all of it, or the examples of a README. */
function codeOf(path: string, content: string): readonly (readonly [string, string])[] {
  if (!path.endsWith('.md')) return [[path, content]];
  return [...content.matchAll(/```(\w+)\n([\s\S]*?)```/g)].map(([, language = '', code = '']) => [
    `example.${language}`,
    code,
  ]);
}

describe('generated code', () => {
  it('parses, ends with a newline and overwrites nothing in workspaces of all shapes', async function () {
    this.timeout(300_000);
    await fc.assert(
      fc.asyncProperty(workspace, instructions, async (files, texts) => {
        const context = new InMemoryRecipeContext(files);
        for (const text of texts) {
          const matching = recipes.filter(recipe => recipe.matches(text));
          assert.equal(matching.length, 1, text);
          await context.perform(matching[0]!, text);
        }
        const eol =
          files['.editorconfig'] !== undefined && files['.prettierrc']?.includes('semi') !== true
            ? '\r\n'
            : undefined;
        for (const [path, content] of context.created) {
          assert.ok(!(path in files), path);
          for (const [name, code] of codeOf(path, content))
            assert.deepEqual(syntaxErrors(name, code), [], `${name}\n${code}`);
          assert.match(content, /[^\n]\r?\n$/, path);
          assert.doesNotMatch(content, /[ \t]\r?$/m, path);
          if (eol !== undefined && path !== 'README.md') assert.doesNotMatch(content, /[^\r]\n/, path);
        }
        const tests = [...context.created.keys()].filter(path => /\.(test|spec)\./.test(path));
        assert.equal(tests.length, 2, [...context.created.keys()].join(' '));
      }),
      { numRuns: Number(process.env['RECIPE_RUNS'] ?? 60) },
    );
  });
});
