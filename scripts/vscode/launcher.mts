#!/usr/bin/env node
/**
 * Takes the arguments of a desktop VS Code that is to run extension tests, and runs them in the server build and a
 * headless browser instead. `runTests({ vscodeExecutablePath })` of @vscode/test-electron is pointed at this file.
 */
import { format } from 'node:util';
import { launchBrowser } from './browser.mts';
import { prepareEditor } from './prepare.mts';
import { parseRelease } from './releases.mts';
import { pageUrl, startServer, type PageAddress } from './server.mts';
import { temporaryFolder } from './temporary.mts';

const defaultTimeoutMs = 25 * 60_000;

interface LauncherArguments extends PageAddress {
  readonly extensionsDir?: string;
  readonly dataDir?: string;
  readonly trusted: boolean;
}

function parseArguments(args: readonly string[]): LauncherArguments {
  const valueOf = (name: string) => args.find(arg => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  const workspace = args.find(arg => !arg.startsWith('-'));
  const extensionDevelopmentPath = valueOf('extensionDevelopmentPath');
  const extensionTestsPath = valueOf('extensionTestsPath');
  const extensionsDir = valueOf('extensions-dir');
  const dataDir = valueOf('user-data-dir');
  return {
    ...(workspace === undefined ? {} : { workspace }),
    ...(extensionDevelopmentPath === undefined ? {} : { extensionDevelopmentPath }),
    ...(extensionTestsPath === undefined ? {} : { extensionTestsPath }),
    ...(extensionsDir === undefined ? {} : { extensionsDir }),
    ...(dataDir === undefined ? {} : { dataDir }),
    trusted: args.includes('--disable-workspace-trust'),
  };
}

async function main(): Promise<number> {
  endWithParent();
  const args = parseArguments(process.argv.slice(2));
  const prepared = await prepareEditor(parseRelease(process.env['VSCODE_RELEASE']));
  if ('missing' in prepared) throw new Error(prepared.missing);

  const { extensionsDir, trusted } = args;
  const dataDir = args.dataDir ?? (await temporaryFolder('vscode-host'));
  const server = await startServer(prepared.server, {
    dataDir,
    trusted,
    ...(extensionsDir === undefined ? {} : { extensionsDir }),
  });
  const browser = await launchBrowser(prepared.browserPath);
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const ended = Promise.withResolvers<number>();
    const timeoutMs = Number(process.env['VSCODE_TEST_TIMEOUT_MS'] ?? defaultTimeoutMs);
    const timer = setTimeout(() => {
      ended.reject(new Error(`The tests in VS Code took longer than ${timeoutMs / 1000} s.`));
    }, timeoutMs);
    browser.on('disconnected', () => ended.reject(new Error('The browser ended before the tests did.')));
    await page.exposeFunction('codeAutomationExit', (code: number) => ended.resolve(code));
    await page.exposeFunction('codeAutomationLog', printLog);
    await page.goto(pageUrl(server.port, { ...args, skipWelcome: true }));
    const code = await ended.promise;
    clearTimeout(timer);
    return code;
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** Whoever runs the tests may be killed; what was started here must not outlive that. */
function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(1);
  }, 1_000).unref();
}

/** The console of the window and of its extension host. */
function printLog(type: string, args: readonly unknown[]): void {
  const text = format(...args);
  if (type === 'error') console.error(text);
  else console.log(text);
}

main().then(
  code => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
