import { globSync } from 'node:fs';
import Mocha from 'mocha';

/** VS Code calls this in its extension host. It runs the tests that esbuild put beside this file. */
export async function run(): Promise<void> {
  const mocha = new Mocha({
    reporter: process.env['TEST_REPORTER'] ?? 'spec',
    color: false,
    timeout: 30_000,
    forbidOnly: true,
    ...(process.env['TEST_GREP'] === undefined ? {} : { grep: process.env['TEST_GREP'] }),
  });
  for (const file of globSync(`${__dirname}/**/*.test.js`).sort()) mocha.addFile(file);
  await new Promise<void>((resolve, reject) => {
    mocha.run(failures => {
      if (failures === 0) resolve();
      else reject(new Error(`${failures} tests failed.`));
    });
  });
}
