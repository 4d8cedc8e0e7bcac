import type { VerificationCandidate } from '../core/ports.ts';
import { createFiles, type WorkspaceFiles } from '../workspace/files.ts';

const MAX_BYTES = 1024 * 1024;

/** Scripts of package.json by what they check; the first of each kind that is there counts. */
const SCRIPTS: readonly (readonly [VerificationCandidate['kind'], readonly string[]])[] = [
  ['test', ['test']],
  ['types', ['typecheck', 'type-check', 'check-types', 'types', 'tsc']],
  ['lint', ['lint']],
];

/** Lock files tell who runs the scripts. */
const MANAGERS: readonly (readonly [file: string, manager: string])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
];

/** Tools whose one file says how a project checks itself. */
const OTHERS: readonly (readonly [file: string, pattern: RegExp, command: string])[] = [
  ['Cargo.toml', /^\s*\[(package|workspace)\]/m, 'cargo test'],
  ['go.mod', /^\s*module\s/m, 'go test ./...'],
  ['pyproject.toml', /\bpytest\b/, 'python -m pytest'],
  ['Makefile', /^test\s*:/m, 'make test'],
];

/** The commands with which a workspace checks itself, the tests first. Reads a few files, runs nothing, never rejects. */
export async function verificationCandidates(root: string): Promise<readonly VerificationCandidate[]> {
  const files = createFiles(root);
  const [scripts, others] = await Promise.all([fromScripts(files), fromOthers(files)]);
  return [...scripts, ...others];
}

async function fromScripts(files: WorkspaceFiles): Promise<VerificationCandidate[]> {
  const scripts = scriptsOf(await readQuietly(files, 'package.json'));
  const manager = await managerOf(files);
  return SCRIPTS.flatMap(([kind, names]) => {
    const name = names.find(known => isReal(scripts[known]));
    if (name === undefined) return [];
    const command = name === 'test' && manager !== 'bun' ? `${manager} test` : `${manager} run ${name}`;
    return [{ command, kind, source: 'package.json' }];
  });
}

async function fromOthers(files: WorkspaceFiles): Promise<VerificationCandidate[]> {
  const found = OTHERS.map(async ([source, pattern, command]): Promise<VerificationCandidate[]> => {
    const text = await readQuietly(files, source);
    return text !== undefined && pattern.test(text) ? [{ command, kind: 'test', source }] : [];
  });
  return (await Promise.all(found)).flat();
}

async function managerOf(files: WorkspaceFiles): Promise<string> {
  for (const [file, manager] of MANAGERS) {
    if (await files.exists(file).catch(() => false)) return manager;
  }
  return 'npm';
}

/** What `npm init` writes is no test. */
function isReal(script: unknown): boolean {
  return typeof script === 'string' && script.trim() !== '' && !script.includes('no test specified');
}

function scriptsOf(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const manifest: unknown = JSON.parse(text ?? '{}');
    if (typeof manifest !== 'object' || manifest === null || !('scripts' in manifest)) return {};
    const { scripts } = manifest;
    // No prototype: a script may be called anything.
    return typeof scripts === 'object' && scripts !== null
      ? Object.assign(Object.create(null) as Record<string, unknown>, scripts)
      : {};
  } catch {
    return {};
  }
}

async function readQuietly(files: WorkspaceFiles, path: string): Promise<string | undefined> {
  return files.readText(path, MAX_BYTES).catch(() => undefined);
}
