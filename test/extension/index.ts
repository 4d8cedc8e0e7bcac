import { appendFileSync, globSync } from 'node:fs';
import { createRequire } from 'node:module';
import { format } from 'node:util';
import type MochaClass from 'mocha';

// Not an import: bundled into CommonJS, an import of an ES module gets another shape on Node 22 than on Node 24.
const { Mocha } = createRequire(__filename)('mocha') as { Mocha: typeof MochaClass };

/** VS Code calls this in its extension host. It runs the tests that esbuild put beside this file. */
export async function run(): Promise<void> {
  sendOutputTo(process.env['TEST_OUTPUT_FILE']);
  const grep = process.env['TEST_GREP'];
  const mocha = new Mocha({
    reporter: process.env['TEST_REPORTER'] ?? 'spec',
    color: false,
    timeout: 300_000,
    forbidOnly: true,
    ...(grep === undefined ? {} : { grep }),
  });
  for (const file of globSync(`${__dirname}/**/*.test.js`).sort()) mocha.addFile(file);
  await new Promise<void>((resolve, reject) => {
    mocha.run(failures => {
      if (failures === 0) resolve();
      else reject(new Error(`${failures} tests failed.`));
    });
  });
}

/** The console of an extension host also carries VS Code's own messages, so the report goes to a file of its own. */
function sendOutputTo(file: string | undefined): void {
  if (file === undefined) return;
  const write = (...args: unknown[]) => appendFileSync(file, `${format(...args)}\n`);
  // VS Code makes console.log ignore an assignment.
  Object.defineProperty(console, 'log', { value: write });
  Mocha.reporters.Base.consoleLog = write;
}
