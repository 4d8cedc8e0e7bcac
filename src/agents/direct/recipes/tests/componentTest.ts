import { kindOf } from '../component/reactComponent.ts';
import { type ComponentCase, type SampleValue } from '../component/componentKind.ts';
import { describeBlock, importLine, literal, type TestDialect } from './testDialect.ts';

export interface ComponentTestOptions {
  readonly manner: 'testing-library' | 'markup' | 'element';
  readonly defaultExport: boolean;
  readonly importsReact: boolean;
  readonly typescript: boolean;
  /** `vitest` or `jest` name the DOM in a comment when their configuration does not. */
  readonly environment: string | undefined;
  readonly specifier: string;
  readonly dialect: TestDialect;
}

/** Tests of a component as `writeReactComponent` writes it. */
export function writeComponentTest(name: string, options: ComponentTestOptions): string {
  const { manner, dialect, specifier } = options;
  const target = options.defaultExport ? name : `{ ${name} }`;
  const tests = kindOf(name).cases.map(one => dialect.test(one.title, bodyOf(name, one, options)));
  const cleanup = manner === 'testing-library' ? ['afterEach(cleanup);', ''] : [];
  return [
    ...environmentComment(options),
    ...withAfterEach(dialect.imports(false), options),
    ...(options.importsReact
      ? [options.typescript ? "import * as React from 'react';" : "import React from 'react';"]
      : []),
    ...rendererImports(manner),
    importLine(target, literal(specifier), false),
    '',
    ...cleanup,
    ...describeBlock(name, tests),
    '',
  ].join('\n');
}

/** The component as JSX with a case's props: `<UserProfile name="Ada Lovelace" />`. */
export function exampleOf(name: string, props: ComponentCase['props']): string {
  const { children, ...rest } = props;
  const attributes = Object.entries(rest).map(([key, value]) => ` ${key}${attributeValue(value)}`);
  const open = `<${name}${attributes.join('')}`;
  return typeof children === 'string' ? `${open}>${children}</${name}>` : `${open} />`;
}

function bodyOf(
  name: string,
  one: ComponentCase,
  { manner, dialect }: ComponentTestOptions,
): readonly string[] {
  switch (manner) {
    case 'testing-library':
      return [
        `render(${exampleOf(name, one.props)});`,
        ...one.shows.map(text => `screen.getByText(${literal(text)});`),
        ...one.hides.map(text => dialect.equal(`screen.queryByText(${literal(text)})`, 'null')),
      ];
    case 'markup':
      return [
        `const html = renderToStaticMarkup(${exampleOf(name, one.props)});`,
        ...one.shows.map(text => dialect.contains('html', text)),
        ...one.hides.map(text => dialect.lacks('html', text)),
      ];
    case 'element':
      return [
        `const element = ${name}({ ${Object.entries(one.props)
          .map(([key, value]) => `${key}: ${sourceOf(value)}`)
          .join(', ')} });`,
        dialect.equal('element.type', literal(kindOf(name).element)),
      ];
  }
}

function rendererImports(manner: ComponentTestOptions['manner']): readonly string[] {
  if (manner === 'testing-library')
    return ["import { cleanup, render, screen } from '@testing-library/react';"];
  return manner === 'markup' ? ["import { renderToStaticMarkup } from 'react-dom/server';"] : [];
}

function withAfterEach(imports: readonly string[], { manner }: ComponentTestOptions): readonly string[] {
  return manner === 'testing-library'
    ? imports.map(line => line.replace('{ describe,', '{ afterEach, describe,'))
    : imports;
}

function environmentComment({ manner, environment, dialect }: ComponentTestOptions): readonly string[] {
  if (manner !== 'testing-library' || environment === undefined) return [];
  const vitest = dialect.imports(false).some(line => line.includes("'vitest'"));
  return vitest ? [`// @vitest-environment ${environment}`] : ['/** @jest-environment jsdom */'];
}

function attributeValue(value: SampleValue): string {
  if (value === true) return '';
  return typeof value === 'string' ? `="${value}"` : `={${sourceOf(value)}}`;
}

function sourceOf(value: SampleValue): string {
  if (value === true) return 'true';
  return typeof value === 'string' ? literal(value) : `[${value.map(literal).join(', ')}]`;
}
