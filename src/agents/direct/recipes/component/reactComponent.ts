import { kebabCase, wordsOf } from '../naming.ts';
import { buttonKind } from './buttonKind.ts';
import { type ComponentKind, type ComponentProp } from './componentKind.ts';
import { listKind } from './listKind.ts';
import { profileKind } from './profileKind.ts';
import { sectionKind } from './sectionKind.ts';

export interface ComponentOptions {
  readonly typescript: boolean;
  readonly importsReact: boolean;
  readonly defaultExport: boolean;
}

const kinds: readonly ComponentKind[] = [profileKind, buttonKind, listKind, sectionKind];

export function kindOf(name: string): ComponentKind {
  const words = wordsOf(name);
  return kinds.find(kind => kind.matches(words)) ?? sectionKind;
}

/** A plain function component, in the template style. `name` is a validated identifier. */
export function writeReactComponent(name: string, options: ComponentOptions): string {
  const kind = kindOf(name);
  const lines = [
    ...imports(kind, options),
    ...(options.typescript ? typedProps(name, kind, options) : []),
    ...comment(kind, options),
  ];
  const keyword = options.defaultExport ? 'export default function' : 'export function';
  return [
    ...lines,
    ...signature(`${keyword} ${name}`, kind.props, options.typescript ? `: ${name}Props` : ''),
    '  return (',
    ...kind.markup(kebabCase(name)).map(line => `    ${line}`),
    '  );',
    '}',
    '',
  ].join('\n');
}

function imports(kind: ComponentKind, { typescript, importsReact }: ComponentOptions): readonly string[] {
  const needsNode = typescript && !importsReact && kind.props.some(prop => prop.type === 'ReactNode');
  if (importsReact)
    return [typescript ? "import * as React from 'react';" : "import React from 'react';", ''];
  return needsNode ? ["import type { ReactNode } from 'react';", ''] : [];
}

function typedProps(
  name: string,
  kind: ComponentKind,
  { importsReact }: ComponentOptions,
): readonly string[] {
  const members = kind.props.flatMap(prop => {
    const type = prop.type === 'ReactNode' && importsReact ? 'React.ReactNode' : prop.type;
    return [`  /** ${prop.doc} */`, `  ${prop.name}${prop.optional ? '?' : ''}: ${type};`];
  });
  return [`export interface ${name}Props {`, ...members, '}', ''];
}

function comment(kind: ComponentKind, { typescript }: ComponentOptions): readonly string[] {
  if (typescript) return [`/** ${kind.summary} */`];
  const types = { ReactNode: "import('react').ReactNode" } as Readonly<Record<string, string>>;
  const members = kind.props.map(prop => {
    const label = prop.optional ? `[props.${prop.name}]` : `props.${prop.name}`;
    return ` * @param {${types[prop.type] ?? prop.type}} ${label} ${prop.doc}`;
  });
  return ['/**', ` * ${kind.summary}`, ' *', ' * @param {object} props', ...members, ' */'];
}

function signature(head: string, props: readonly ComponentProp[], type: string): readonly string[] {
  const names = props.map(prop =>
    prop.initial === undefined ? prop.name : `${prop.name} = ${prop.initial}`,
  );
  const line = `${head}({ ${names.join(', ')} }${type}) {`;
  return line.length <= 80 ? [line] : [`${head}({`, ...names.map(name => `  ${name},`), `}${type}) {`];
}
