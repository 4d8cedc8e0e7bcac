import { extensionOf } from './sourceFiles.ts';

export interface ModuleExport {
  /** The name to import; for a default export the name it has in its file, or `undefined`. */
  readonly name: string | undefined;
  readonly kind: 'function' | 'class' | 'value' | 'type';
  readonly isDefault: boolean;
  /** The first sentence of the comment above it. */
  readonly summary: string | undefined;
}

/** What can be told of a module without compiling it. */
export interface ModuleSource {
  readonly path: string;
  readonly text: string;
  readonly exports: readonly ModuleExport[];
  /** What it imports, `require` included. */
  readonly imports: readonly string[];
  readonly modules: 'esm' | 'cjs';
  readonly typescript: boolean;
  readonly jsx: boolean;
}

export function readModule(path: string, source: string): ModuleSource {
  const text = source.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  const esm = /^(import|export)\b/m.test(text);
  const cjs = !esm && /\bmodule\.exports\b|^exports\.\w/m.test(text);
  return {
    path,
    text,
    exports: cjs ? commonExports(text) : moduleExports(text),
    imports: importsOf(text),
    modules: cjs ? 'cjs' : 'esm',
    typescript: /^\.[cm]?tsx?$/.test(extensionOf(path)),
    jsx:
      /\.[jt]sx$/.test(path) ||
      (path.endsWith('.js') && /(\breturn|=>|[(?:=])\s*\(?\s*<([A-Za-z][\w.]*[\s/>]|>)/.test(text)),
  };
}

const declaration =
  /^export\s+(default\s+)?(?:declare\s+)?(?:abstract\s+)?(async\s+function\*?|function\*?|class|const|let|var|interface|type|enum)\s+([A-Za-z_$][\w$]*)/gm;

function moduleExports(text: string): readonly ModuleExport[] {
  const found: ModuleExport[] = [];
  const add = (one: ModuleExport) => {
    if (!found.some(other => other.name === one.name && other.isDefault === one.isDefault)) found.push(one);
  };
  for (const match of text.matchAll(declaration)) {
    const [whole, isDefault, keyword = '', name = ''] = match;
    const kind = kindOf(keyword, text.slice(match.index + whole.length));
    add({ name, kind, isDefault: isDefault !== undefined, summary: summaryAbove(text, match.index) });
  }
  for (const match of text.matchAll(/^export\s*(type\s*)?\{([^}]*)\}/gm)) {
    for (const entry of (match[2] ?? '').split(',')) {
      const [, type, local = '', alias] = /^\s*(type\s+)?([\w$]+)(?:\s+as\s+([\w$]+))?\s*$/.exec(entry) ?? [];
      if (local === '') continue;
      const kind = (match[1] ?? type) === undefined ? localKind(text, local) : 'type';
      const name = alias === 'default' ? local : (alias ?? local);
      add({ name, kind, isDefault: alias === 'default', summary: localSummary(text, local) });
    }
  }
  const anonymous = /^export default (?!(?:async\s+)?function\s*\*?\s*\w|class\s+\w|interface\b)(.*)/m.exec(
    text,
  );
  if (anonymous !== null) {
    const name = /^([A-Za-z_$][\w$]*);?$/.exec(anonymous[1] ?? '')?.[1];
    const kind = name === undefined ? valueKind(anonymous[1] ?? '') : localKind(text, name);
    add({ name, kind, isDefault: true, summary: name === undefined ? undefined : localSummary(text, name) });
  }
  return found;
}

function commonExports(text: string): readonly ModuleExport[] {
  const names = [...text.matchAll(/^(?:module\.)?exports\.([A-Za-z_$][\w$]*)\s*=/gm)].map(
    ([, name = '']) => name,
  );
  const object = /^module\.exports\s*=\s*\{([^{}]*)\}/m.exec(text)?.[1];
  for (const entry of object?.split(',') ?? []) {
    const name = /^\s*([A-Za-z_$][\w$]*)\s*(?::\s*[\w$.]+\s*)?$/.exec(entry)?.[1];
    if (name !== undefined) names.push(name);
  }
  return [...new Set(names)].map(name => ({
    name,
    kind: localKind(text, name),
    isDefault: false,
    summary: localSummary(text, name),
  }));
}

function kindOf(keyword: string, rest: string): ModuleExport['kind'] {
  if (keyword.includes('function')) return 'function';
  if (keyword === 'class') return 'class';
  if (keyword === 'interface' || keyword === 'type') return 'type';
  return keyword === 'enum' ? 'value' : valueKind(/^[^=\n]*=\s*(.*)/.exec(rest)?.[1] ?? '');
}

/** Only what is certainly a function is called one. */
function valueKind(expression: string): ModuleExport['kind'] {
  if (/^class\b/.test(expression)) return 'class';
  return /^(async\s+)?(function\b|\([^()]*\)\s*(:[^=]+)?=>|[\w$]+\s*=>)/.test(expression)
    ? 'function'
    : 'value';
}

function localKind(text: string, name: string): ModuleExport['kind'] {
  const match = declarationOf(text, name);
  if (match === null) return 'value';
  return kindOf(match[1] ?? '', text.slice(match.index + match[0].length));
}

function localSummary(text: string, name: string): string | undefined {
  const match = declarationOf(text, name);
  return match === null ? undefined : summaryAbove(text, match.index);
}

function declarationOf(text: string, name: string): RegExpExecArray | null {
  const escaped = name.replaceAll('$', '\\$');
  return new RegExp(
    `^(async\\s+function\\*?|function\\*?|class|const|let|var|interface|type)\\s+${escaped}(?![\\w$])`,
    'm',
  ).exec(text);
}

function importsOf(text: string): readonly string[] {
  const patterns = [
    /^import\s+(?!type\b)(?:[^'"]*?\sfrom\s*)?['"]([^'"\n]+)['"]/gm,
    /^export\s+(?!type\b)[^'"\n]*?\sfrom\s*['"]([^'"\n]+)['"]/gm,
    /\brequire\(\s*['"]([^'"\n]+)['"]\s*\)/g,
  ];
  return [...new Set(patterns.flatMap(pattern => [...text.matchAll(pattern)].map(([, name = '']) => name)))];
}

/** The first sentence of the doc comment that ends right above `index`. */
function summaryAbove(text: string, index: number): string | undefined {
  const before = text.slice(0, index);
  const start = before.lastIndexOf('/**');
  if (start < 0 || !/^\/\*\*(?:(?!\*\/)[\s\S])*\*\/\s*$/.test(before.slice(start))) return undefined;
  const body = before
    .slice(start + 3)
    .replace(/\*\/\s*$/, '')
    .split('\n')
    .map(line => line.replace(/^\s*\*?\s?/, '').trim());
  const tag = body.findIndex(line => line.startsWith('@'));
  const prose = (tag < 0 ? body : body.slice(0, tag)).join(' ').replace(/\s+/g, ' ').trim();
  const sentence = /^.*?[.!?](?=\s|$)/.exec(prose)?.[0] ?? prose;
  return sentence === '' ? undefined : sentence;
}
