import * as vscode from 'vscode';
import { invalidInput } from '../../core/errors.ts';
import type { App } from '../app.ts';
import type { Arguments, Call } from './call.ts';
import { chooseFolder, requireTrustedFolder } from './requirements.ts';

/** Where the server is; its tokens are in the file, for this user alone. */
interface ServerPlace {
  readonly url: string;
  readonly root: string;
  readonly tokenFile: string;
}

/** `startServer({port?})`: serves a folder's sessions over HTTP while the window is open. */
export async function startServer(app: App, { args }: Call): Promise<ServerPlace | undefined> {
  const trusted = requireTrustedFolder(app);
  const port = args && portArgument(args);
  const folder = args === undefined ? await chooseFolder(app, vscode.l10n.t('Start Server')) : trusted;
  if (folder === undefined) return undefined;
  const { root, server } = await app.server.start(folder, port);
  return { url: server.url, root, tokenFile: server.endpointFile };
}

function portArgument({ port }: Arguments): number | undefined {
  if (port === undefined) return undefined;
  if (typeof port === 'number' && Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw invalidInput('port', 'A port is a whole number from 0 to 65535.');
}
