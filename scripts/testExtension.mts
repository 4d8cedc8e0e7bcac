/**
 * `npm run test:extension [-- --release current|minimum] [--grep TEXT]`: test/extension inside a real VS Code, both
 * the current and the oldest supported one. A desktop VS Code stands in for the current one where there is one
 * (VSCODE_EXECUTABLE=PATH names it); else both are server builds in a headless browser.
 */
import { createWriteStream, existsSync, readFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runTests } from '@vscode/test-electron';
import { daytimeZone } from './daytimeZone.mts';
import { createDemoWorkspace } from './demo/workspace.mts';
import { reportSkippedSuite, totalsFile } from './totals.mts';
import { desktopExecutable } from './vscode/desktop.mts';
import { prepareEditor } from './vscode/prepare.mts';
import { run } from './vscode/processes.mts';
import { parseRelease, releases, type EditorRelease } from './vscode/releases.mts';
import { removeFolder, temporaryFolder } from './vscode/temporary.mts';

const root = resolve(import.meta.dirname, '..');
const { values } = parseArgs({
  options: { release: { type: 'string' }, grep: { type: 'string' }, 'no-build': { type: 'boolean' } },
});

if (values['no-build'] !== true) await run(process.execPath, ['esbuild.js', '--tests'], { cwd: root });

const desktop = await desktopExecutable();
const wanted = values.release === undefined ? Object.values(releases) : [parseRelease(values.release)];
for (const release of wanted) {
  if (release.id === 'current' && desktop !== undefined) {
    await testIn(release, desktop, `at ${desktop}`);
    continue;
  }
  const prepared = await prepareEditor(release);
  if ('missing' in prepared) {
    await reportSkippedSuite(release.id, `VS Code ${release.vscode}: ${prepared.missing}`);
  } else {
    await testIn(release, join(import.meta.dirname, 'vscode', 'launcher.mts'), release.vscode);
  }
}

async function testIn(release: EditorRelease, executable: string, name: string): Promise<void> {
  console.log(`\nVS Code ${name}`);
  const folder = await temporaryFolder('host');
  const output = join(folder, 'output.txt');
  const provider = join(root, 'test', 'fixtures', 'model-provider');
  await cp(provider, join(folder, 'extensions', 'test.model-provider-0.0.1'), { recursive: true });
  const logFile = join(root, 'out', `vscode-${release.id}.log`);
  const log = createWriteStream(logFile);
  const stopFollowing = follow(output);
  try {
    await runTests({
      vscodeExecutablePath: executable,
      extensionDevelopmentPath: root,
      extensionTestsPath: join(root, 'out', 'test', 'extension', 'index.js'),
      launchArgs: [
        await createDemoWorkspace(join(folder, 'demo')),
        `--user-data-dir=${join(folder, 'data')}`,
        `--extensions-dir=${join(folder, 'extensions')}`,
      ],
      stdout: log,
      stderr: log,
      extensionTestsEnv: {
        VSCODE_RELEASE: release.id,
        TZ: daytimeZone(new Date()),
        TEST_OUTPUT_FILE: output,
        TEST_REPORTER: join(root, 'test', 'support', 'totalsReporter.cjs'),
        ...totalsFile(release.id),
        ...(values.grep === undefined ? {} : { TEST_GREP: values.grep }),
      },
    });
  } catch (error) {
    console.error(`VS Code ${name}: ${error instanceof Error ? error.message : String(error)}`);
    console.error(`What VS Code itself said is in ${relative(root, logFile)}`);
    process.exitCode = 1;
  } finally {
    stopFollowing();
    log.end();
    removeFolder(folder);
  }
}

/** Prints what is appended to a file, until the returned function is called. */
function follow(file: string): () => void {
  let printed = 0;
  const print = () => {
    if (!existsSync(file)) return;
    const text = readFileSync(file);
    process.stdout.write(text.subarray(printed));
    printed = text.length;
  };
  const timer = setInterval(print, 200);
  return () => {
    clearInterval(timer);
    print();
  };
}
