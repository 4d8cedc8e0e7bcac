import { launchBrowser } from './browser.mts';
import type { PreparedEditor } from './prepare.mts';
import { pageUrl, startServer } from './server.mts';
import { removeFolder, temporaryFolder } from './temporary.mts';
import { EditorWindow } from './window.mts';

/** Tells that something hangs, not that the machine is busy. */
const waitMs = 120_000;

export interface EditorOptions {
  /** A folder or a .code-workspace file; none opens an empty window. */
  readonly workspace?: string;
  /** What to load: a VSIX to install, or the folder of an extension under development. */
  readonly vsix?: string;
  readonly extensionDir?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** False opens the folder in Restricted Mode. */
  readonly trusted?: boolean;
  /** Added to the environment of the server and of all that it starts. */
  readonly env?: NodeJS.ProcessEnv;
  /** A program to start the server through, such as a tracer, with its arguments. */
  readonly through?: readonly string[];
}

export interface Editor {
  readonly window: EditorWindow;
  /** All that this VS Code keeps: settings, extensions, state, logs. */
  readonly dataDir: string;
  /** Opens one more window, in a browser profile of its own, on the same or another folder. */
  openWindow(workspace?: string): Promise<EditorWindow>;
  close(): Promise<void>;
}

/** A calm window: nothing beside the folder and the extension under test. */
const defaultSettings = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
  // What VS Code itself gives the focus to a little late would close a box that somebody is about to write into.
  'workbench.quickOpen.closeOnFocusLost': false,
};

/** Starts a VS Code server with an extension and opens a window of it in a headless browser. */
export async function openEditor(prepared: PreparedEditor, options: EditorOptions): Promise<Editor> {
  const dataDir = await temporaryFolder('vscode-window');
  const server = await startServer(prepared.server, {
    dataDir,
    vsix: options.vsix === undefined ? [] : [options.vsix],
    trusted: options.trusted ?? true,
    settings: { ...defaultSettings, ...options.settings },
    env: options.env ?? {},
    through: options.through ?? [],
  });
  const browser = await launchBrowser(prepared.browserPath);

  const openWindow = async (workspace = options.workspace) => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    context.setDefaultTimeout(waitMs);
    const { extensionDir } = options;
    const url = pageUrl(server.port, {
      skipWelcome: true,
      ...(workspace === undefined ? {} : { workspace }),
      ...(extensionDir === undefined ? {} : { extensionDevelopmentPath: extensionDir }),
    });
    const window = new EditorWindow(await context.newPage(), url);
    await window.open();
    return window;
  };
  const close = async () => {
    await browser.close();
    await server.stop();
    removeFolder(dataDir);
  };
  try {
    return { window: await openWindow(), dataDir, openWindow, close };
  } catch (error) {
    await close();
    throw error;
  }
}
