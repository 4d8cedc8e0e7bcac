import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { readModule } from '../../../src/agents/direct/recipes/moduleSource.ts';

const exportsOf = (text: string, path = 'a.ts') =>
  readModule(path, text).exports.map(
    ({ name, kind, isDefault }) => `${isDefault ? 'default ' : ''}${kind} ${name ?? '-'}`,
  );

describe('module source', () => {
  it('finds what a module exports', () => {
    assert.deepEqual(exportsOf('export function a() {}\nexport async function b() {}\nexport class C {}\n'), [
      'function a',
      'function b',
      'class C',
    ]);
    assert.deepEqual(
      exportsOf('export const a = 1;\nexport const b = (x: string) => x;\nexport let c = async d => d;\n'),
      ['value a', 'function b', 'function c'],
    );
    assert.deepEqual(exportsOf('export interface A {}\nexport type B = A;\n'), ['type A', 'type B']);
    assert.deepEqual(
      exportsOf('function a() {}\nconst b = 1;\ntype C = 1;\nexport { a, b as d, type C };\n'),
      ['function a', 'value d', 'type C'],
    );
    assert.deepEqual(exportsOf('export default function a() {}\n'), ['default function a']);
    assert.deepEqual(exportsOf('const a = () => 1;\nexport default a;\n'), ['default function a']);
    assert.deepEqual(exportsOf('export default { a: 1 };\n'), ['default value -']);
    assert.deepEqual(exportsOf('// export const a = 1;\nconsole.log(1);\n'), []);
  });

  it('finds what a CommonJS module exports', () => {
    const text = 'function a() {}\nconst b = 1;\nmodule.exports = { a, b, c: a };\n';
    assert.deepEqual(exportsOf(text, 'a.js'), ['function a', 'value b', 'value c']);
    assert.deepEqual(exportsOf('exports.a = () => 1;\n', 'a.cjs'), ['value a']);
    assert.equal(readModule('a.js', text).modules, 'cjs');
  });

  it('reads the first sentence of the comment right above', () => {
    const text =
      '/** Other. */\nconst x = 1;\n\n/**\n * Adds two\n * numbers. Slowly.\n * @param a one\n */\nexport function add(a) {}\n';
    assert.equal(readModule('a.ts', text).exports[0]?.summary, 'Adds two numbers.');
    assert.equal(
      readModule('a.ts', '/** Other. */\nconst x = 1;\nexport const y = 2;\n').exports[0]?.summary,
      undefined,
    );
  });

  it('tells JSX in a .js file from markup in a text', () => {
    assert.equal(readModule('a.js', 'export const A = () => <p>a</p>;\n').jsx, true);
    assert.equal(readModule('a.js', 'export function A() {\n  return (\n    <p>a</p>\n  );\n}\n').jsx, true);
    assert.equal(readModule('a.js', 'export const a = () => `<p>a</p>`;\nif (1 <b || b >2) {}\n').jsx, false);
  });

  it('knows what has to be there to load it, types aside', () => {
    const text =
      "import type { A } from 'types';\nimport b, { c } from 'b';\nimport {\n  d,\n} from './d.js';\nexport * from 'e';\nimport 'f';\n";
    assert.deepEqual(readModule('a.ts', text).imports, ['b', './d.js', 'f', 'e']);
    assert.deepEqual(readModule('a.js', "const a = require('a');\n").imports, ['a']);
  });
});
