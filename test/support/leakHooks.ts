import type { RootHookObject } from 'mocha';

const graceMs = 30_000;

/** Ends and fails a run whose tests left something open that keeps the process alive, and says what it is. */
export const mochaHooks: RootHookObject = {
  afterAll() {
    // It does not itself keep the process alive, so it fires only when something else does.
    setTimeout(() => {
      const open = process
        .getActiveResourcesInfo()
        .filter(name => !name.startsWith('TTY') && name !== 'PipeWrap');
      console.error(`The tests have ended but left open: ${open.join(', ')}`);
      // Mocha sets the exit code from the number of failures when the process exits; this comes after it.
      process.once('exit', () => (process.exitCode = 1));
      process.exit();
    }, graceMs).unref();
  },
};
