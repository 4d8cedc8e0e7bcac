import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { docsPage } from '../../src/api/docs.ts';
import { allRoutes } from '../../src/api/routes/allRoutes.ts';
import { seedExamples } from '../../src/api/seedExamples.ts';
import { temporaryFolder } from './support/serverFixture.ts';

const run = promisify(execFile);
const project = join(dirname(fileURLToPath(import.meta.url)), '../..');
const seed = readFileSync(join(project, 'test/fixtures/SEED.md'), 'utf8');
const blocks = [...seed.matchAll(/```(\w+)\n([^]*?)```/g)].map(([, language = '', code = '']) => ({
  language,
  code: code.trimEnd(),
}));
const SEED_ID = '550e8400-e29b-41d4-a716-446655440000';
const SEED_FOLDER = '/path/to/project';

interface Running {
  readonly port: number;
  /** Ends the server as Ctrl-C does; resolves with its exit code. */
  end(): Promise<number | null>;
}

/** `coding-agent serve` as a process of its own, in an environment of its own. */
async function serve(folder: string, ...options: readonly string[]): Promise<Running> {
  const child = spawn(
    process.execPath,
    [join(project, 'src/cli/main.ts'), 'serve', '--json', '--trust', ...options],
    {
      cwd: join(folder, 'project'),
      env: environment(folder),
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const exit = new Promise<number | null>(resolve => child.once('exit', resolve));
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', chunk => {
      resolve(String(chunk));
    });
    child.once('exit', code => {
      reject(new Error(`serve ended with ${String(code)}`));
    });
  });
  const { url } = JSON.parse(line) as { url: string };
  return {
    port: Number(new URL(url).port),
    end: () => {
      child.kill('SIGINT');
      return exit;
    },
  };
}

function environment(folder: string): NodeJS.ProcessEnv {
  const { PATH } = process.env;
  const runtime = join(folder, 'run');
  mkdirSync(runtime, { recursive: true, mode: 0o700 });
  return { PATH, HOME: folder, CURL_HOME: folder, XDG_RUNTIME_DIR: runtime, NODE_NO_WARNINGS: '1' };
}

/** The seed's own port where it is free, so that its examples run to the letter. */
async function freePort(): Promise<number> {
  const isFree = await new Promise<boolean>(resolve => {
    const probe = createServer();
    probe.once('error', () => {
      resolve(false);
    });
    probe.listen(3000, '127.0.0.1', () =>
      probe.close(() => {
        resolve(true);
      }),
    );
  });
  return isFree ? 3000 : 0;
}

/** Every field that the seed documents is there, with a value of the same kind. */
function assertShape(actual: unknown, documented: unknown, place = 'answer'): void {
  if (Array.isArray(documented)) {
    assert.ok(Array.isArray(actual), place);
  } else if (typeof documented === 'object' && documented !== null) {
    for (const [key, value] of Object.entries(documented)) {
      assert.ok(typeof actual === 'object' && actual !== null && key in actual, `${place}.${key} is missing`);
      assertShape(Reflect.get(actual, key), value, `${place}.${key}`);
    }
  } else {
    assert.equal(typeof actual, typeof documented, place);
  }
}

describe("the seed's examples", () => {
  let folder: string;
  let workspace: string;

  beforeEach(() => {
    folder = temporaryFolder();
    workspace = join(folder, 'project');
    mkdirSync(workspace);
    writeFileSync(join(workspace, 'package.json'), '{"name":"example","type":"module"}\n');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('stand in the documentation word for word', () => {
    const { html } = docsPage(allRoutes);
    const ours = blocks.filter(({ language }) => ['bash', 'json', 'javascript'].includes(language));
    assert.deepEqual(
      seedExamples.map(({ language, code }) => ({ language, code })),
      ours,
    );
    const shown = [...html.matchAll(/<pre><code>([^]*?)<\/code><\/pre>/g)].map(([, code = '']) =>
      code.replace(/&#(\d+);/g, (_, number) => String.fromCharCode(Number(number))),
    );
    for (const { code } of ours) assert.ok(shown.includes(code), code);
  });

  for (const [title, ...options] of [['without a token', '--no-auth'], ['with a token']] as const) {
    it(`run in curl, ${title}, and answer as documented`, async function () {
      this.timeout(300_000);
      const server = await serve(folder, '--port', String(await freePort()), ...options);
      try {
        if (options.length === 0) {
          const args = [join(project, 'src/cli/main.ts'), 'token'];
          const { stdout } = await run(process.execPath, args, { cwd: workspace, env: environment(folder) });
          assert.match(stdout, /^[A-Za-z0-9_-]{43}\n$/);
          writeFileSync(join(folder, '.curlrc'), `header = "Authorization: Bearer ${stdout.trim()}"\n`);
        }
        let sessionId = SEED_ID;
        const answers: unknown[] = [];
        for (const { code } of blocks.filter(({ language }) => language === 'bash')) {
          const command = code
            .replaceAll(SEED_FOLDER, workspace)
            .replaceAll(SEED_ID, sessionId)
            .replaceAll(':3000', `:${String(server.port)}`);
          const { stdout } = await run('sh', ['-c', command], { env: environment(folder) });
          const answer: unknown = JSON.parse(stdout);
          answers.push(answer);
          if (answers.length === 1) sessionId = (answer as { sessionId: string }).sessionId;
        }
        const [created, executed, shown, listed, ended] = answers as [never, never, never, never, never];
        const documented = blocks
          .filter(({ language }) => language === 'json')
          .map(({ code }) => JSON.parse(code) as unknown);
        assertShape(created, documented[0]);
        assertShape(shown, documented[1]);
        assertShape(executed, {
          sessionId: '',
          taskId: '',
          task: { id: '', status: '', plan: { steps: [] } },
          stats: { successRate: 100 },
        });
        assertShape(listed, { sessions: [], damaged: [] });
        assertShape(ended, documented[1]);
        const at = (value: unknown, ...path: string[]): unknown =>
          path.reduce<unknown>((found, key) => Reflect.get(found as object, key), value);
        assert.equal(at(created, 'metadata', 'workingDirectory'), workspace);
        assert.equal(at(executed, 'task', 'status'), 'completed');
        assert.deepEqual(
          [at(shown, 'metadata', 'completedTasks'), at(shown, 'stats', 'successRate')],
          [1, 100],
        );
        assert.equal(at(listed, 'sessions', '0', 'sessionId'), sessionId);
        assert.equal(at(ended, 'metadata', 'status'), 'completed');
      } finally {
        assert.equal(await server.end(), 0);
      }
    });
  }

  it('run as JavaScript on the client, word for word', async function () {
    this.timeout(300_000);
    const installed = join(workspace, 'node_modules/coding-agent-sessions');
    await build({
      ...{ entryPoints: { client: join(project, 'src/client/client.ts') }, outdir: join(installed, 'dist') },
      ...{
        bundle: true,
        format: 'esm',
        platform: 'neutral',
        outExtension: { '.js': '.mjs' },
        logLevel: 'silent',
      },
    });
    writeFileSync(join(installed, 'package.json'), readFileSync(join(project, 'package.json')));
    const server = await serve(folder, '--port', '0', '--no-auth');
    try {
      const feature = join(workspace, 'feature-x');
      mkdirSync(feature);
      const names = 'createSession, executeTask, endSession, listSessions, switchSession, configure';
      for (const [index, { code }] of blocks.filter(({ language }) => language === 'javascript').entries()) {
        const file = join(workspace, `pattern${String(index)}.mjs`);
        const script = code.replaceAll('/project/feature-x', feature);
        writeFileSync(
          file,
          `import { ${names} } from 'coding-agent-sessions/client';\nconfigure({ url: 'http://127.0.0.1:${String(server.port)}' });\n${script}\n`,
        );
        await run(process.execPath, [file], { env: environment(folder) });
      }
      const answer = await fetch(`http://127.0.0.1:${String(server.port)}/sessions`);
      const { sessions } = (await answer.json()) as {
        sessions: { totalTasks: number; completedTasks: number; status: string }[];
      };
      // Newest first: the session that was made by itself and gone on with, then that of the feature.
      assert.deepEqual(
        sessions.map(({ totalTasks, completedTasks, status }) => [totalTasks, completedTasks, status]),
        [
          [2, 2, 'active'],
          [3, 3, 'completed'],
        ],
      );
    } finally {
      await server.end();
    }
  });
});
