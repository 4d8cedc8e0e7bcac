import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

/** The violations that dependency-cruiser finds in a tree of these files, as "file rule". */
function violations(files: Record<string, string>): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'staircase-'));
  try {
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'tsconfig.json'), '{ "compilerOptions": { "module": "nodenext" } }');
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const program = join(root, 'node_modules', '.bin', 'depcruise');
    const args = ['src', '--config', join(root, '.dependency-cruiser.cjs'), '--output-type', 'json'];
    const { summary } = JSON.parse(execFileSync(program, args, { cwd: folder, encoding: 'utf8' })) as {
      summary: { violations: Violation[] };
    };
    return summary.violations.map(({ from, rule }) => `${from} ${rule.name}`).sort();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('the staircase', function () {
  it('lets a room import itself and those below', () => {
    const files = {
      'src/core/a.ts': "export { b } from './b.ts';\n",
      'src/core/b.ts': 'export const b = 1;\n',
      'src/store/s.ts': "import { b } from '../core/b.ts';\nexport const s = b;\n",
      'src/host/h.ts': "import { s } from '../store/s.ts';\nexport const h = s;\n",
      'src/cli/c.ts': "import { h } from '../host/h.ts';\nimport 'node:fs';\nexport const c = h;\n",
      'src/extension/e.ts': "import 'vscode';\nimport { h } from '../host/h.ts';\nexport const e = h;\n",
    };
    assert.deepEqual(violations(files), []);
  });

  it('names every step upwards or sideways, type imports included', () => {
    const files = {
      'src/core/a.ts': "import 'node:fs';\nexport type A = 1;\n",
      'src/store/s.ts': "import type { W } from '../workspace/w.ts';\nexport type S = W;\n",
      'src/workspace/w.ts': 'export type W = 1;\n',
      'src/host/h.ts': "import 'vscode';\nexport type H = 1;\n",
      'src/cli/c.ts': "import type { E } from '../extension/e.ts';\nexport type C = E;\n",
      'src/extension/e.ts': "import type { F } from './f.ts';\nexport type E = F;\n",
      'src/extension/f.ts': "import type { E } from './e.ts';\nexport type F = 1 | E[];\n",
      'src/helpers/h.ts': 'export const h = 1;\n',
    };
    assert.deepEqual(violations(files), [
      'src/cli/c.ts staircase-cli',
      'src/core/a.ts core-is-pure',
      'src/extension/e.ts no-circular',
      'src/helpers/h.ts unplaced-orphan',
      'src/host/h.ts vscode-only-in-extension',
      'src/store/s.ts staircase-store',
    ]);
  });
});
