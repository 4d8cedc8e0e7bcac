import { type RunnerName } from '../testRunner.ts';

/** How a runner's tests are spelled. All lines are in the template style. */
export interface TestDialect {
  /** What a test file starts with. */
  imports(common: boolean): readonly string[];
  test(title: string, body: readonly string[]): readonly string[];
  contains(actual: string, text: string): string;
  lacks(actual: string, text: string): string;
  equal(actual: string, expected: string): string;
  matches(actual: string, pattern: string): string;
}

export function dialectOf(runner: RunnerName, importsGlobals: boolean): TestDialect {
  if (runner === 'vitest') return expectDialect("'vitest'", true);
  if (runner === 'jest') return expectDialect("'@jest/globals'", importsGlobals);
  return assertDialect(runner === 'mocha' ? 'it' : 'test', runner === 'node:test');
}

/** Text as a string literal in the template style; it must not contain quotes. */
export function literal(text: string): string {
  return `'${text.replace(/[\\'"\n\r`]/g, '')}'`;
}

export function importLine(names: string, from: string, common: boolean): string {
  return common
    ? `const ${names.replaceAll(' as ', ': ')} = require(${from});`
    : `import ${names} from ${from};`;
}

export function describeBlock(title: string, tests: readonly (readonly string[])[]): readonly string[] {
  const body = tests.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
  return [
    `describe(${literal(title)}, () => {`,
    ...body.map(line => (line === '' ? '' : `  ${line}`)),
    '});',
  ];
}

function block(head: string, body: readonly string[]): readonly string[] {
  return [`${head}, () => {`, ...body.map(line => `  ${line}`), '});'];
}

function expectDialect(from: string, explicit: boolean): TestDialect {
  return {
    imports: common => (explicit ? [importLine('{ describe, expect, test }', from, common)] : []),
    test: (title, body) => block(`test(${literal(title)}`, body),
    contains: (actual, text) => `expect(${actual}).toContain(${literal(text)});`,
    lacks: (actual, text) => `expect(${actual}).not.toContain(${literal(text)});`,
    equal: (actual, expected) => `expect(${actual}).toBe(${expected});`,
    matches: (actual, pattern) => `expect(${actual}).toMatch(${pattern});`,
  };
}

function assertDialect(word: 'it' | 'test', explicit: boolean): TestDialect {
  return {
    imports: common => [
      common ? "const assert = require('node:assert/strict');" : "import assert from 'node:assert/strict';",
      ...(explicit ? [importLine(`{ describe, ${word} }`, "'node:test'", common)] : []),
    ],
    test: (title, body) => block(`${word}(${literal(title)}`, body),
    contains: (actual, text) => `assert.ok(${actual}.includes(${literal(text)}));`,
    lacks: (actual, text) => `assert.ok(!${actual}.includes(${literal(text)}));`,
    equal: (actual, expected) => `assert.equal(${actual}, ${expected});`,
    matches: (actual, pattern) => `assert.match(${actual}, ${pattern});`,
  };
}
