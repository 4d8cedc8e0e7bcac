import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

type Files = Readonly<Record<string, string>>;

/** Small workspaces of the sorts that recipes meet. */
export const workspaces = {
  empty: {},
  reactTypeScript: {
    'package.json': manifest({ dependencies: { react: '19' }, devDependencies: { typescript: '5' } }),
    'tsconfig.json':
      '{ "compilerOptions": { "jsx": "react-jsx", "module": "esnext", "moduleResolution": "bundler" } }',
    'src/components/NavBar.tsx': 'export function NavBar() {\n  return <nav />;\n}\n',
  },
  nodeEsm: {
    'package.json': manifest({ type: 'module', scripts: { test: 'node --test' } }),
    'src/readConfig.js':
      "import { join } from 'node:path';\n\nexport const readConfig = (folder) => join(folder, 'c');\n",
  },
  nodeCommon: {
    'package.json': manifest({ type: 'commonjs', scripts: { test: 'node --test' } }),
    'lib/read-config.js': 'const path = require("path")\n\nmodule.exports = { join: path.join }\n',
  },
  nodeTypeScript: {
    'package.json': manifest({
      type: 'module',
      scripts: { test: 'node --test' },
      devDependencies: { typescript: '5' },
    }),
    'tsconfig.json':
      '{ "compilerOptions": { "erasableSyntaxOnly": true, "allowImportingTsExtensions": true } }',
    'src/clock.ts': 'export const clock = (): number => Date.now();\n',
  },
} satisfies Record<string, Files>;

export function manifest(fields: object): string {
  return JSON.stringify({ name: 'sample', version: '1.0.0', private: true, ...fields }, undefined, 2);
}

/** The demo workspace that `npm start` opens. */
export function demoWorkspace(): Files {
  const folder = join(import.meta.dirname, '../../../scripts/demo/template');
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  return Object.fromEntries(
    paths.map(entry => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(folder.length + 1).replaceAll('\\', '/'), readFileSync(path, 'utf8')];
    }),
  );
}

/** What is wrong with the syntax of a file, by its extension: nothing, one hopes. */
export function syntaxErrors(path: string, content: string): readonly string[] {
  const { diagnostics = [] } = ts.transpileModule(content, {
    fileName: path,
    reportDiagnostics: true,
    compilerOptions: {
      target: ts.ScriptTarget.ESNext,
      jsx: ts.JsxEmit.ReactJSX,
      module: ts.ModuleKind.ESNext,
    },
  });
  return diagnostics.map(one => ts.flattenDiagnosticMessageText(one.messageText, '\n'));
}
