import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningServer, type ServerOptions, startServer } from '../../../src/api/server.ts';
import { EditNotes } from '../../../src/core/editNotes.ts';
import { Traceability } from '../../../src/core/blame/traceability.ts';
import { nullLogger } from '../../../src/core/logger.ts';
import type { SessionSearch } from '../../../src/core/search/searchPage.ts';
import { searchText } from '../../../src/core/search/searchText.ts';
import { RestoreRecovery } from '../../../src/core/restoreRecovery.ts';
import { Statistics } from '../../../src/core/statistics.ts';
import { TaskUndo } from '../../../src/core/taskUndo.ts';
import { openHost, profileIn } from '../../support/openHost.ts';
import type { Host, UserProfile } from '../../../src/host/host.ts';
import { noCheckpoints } from '../../support/noCheckpoints.ts';
import { forksOf } from '../../support/forksOf.ts';
import { createManager, type ManagerFixture } from '../../support/managerFixture.ts';
import { createTransfer } from '../../../src/host/transfer.ts';
import { SecretRedactor } from '../../../src/workspace/redact.ts';
import { SessionError } from '../../../src/core/errors.ts';

export interface ServerFixture {
  readonly server: RunningServer;
  readonly host: Host;
  /** Removed with the fixture. */
  readonly folder: string;
  readonly profile: UserProfile;
  close(): Promise<void>;
}

export function temporaryFolder(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'coding-agent-api-')));
}

type Choices = Partial<Omit<ServerOptions, 'profile'>> & { readonly folder?: string };

/** Finds nothing. */
const emptySearch: SessionSearch = {
  search: () => Promise.resolve({ hits: [], sessions: [] }),
};

/** A server on in-memory ports. */
export async function serveInMemory(
  choices: Choices = {},
  manager: ManagerFixture = createManager(),
): Promise<ServerFixture & { readonly manager: ManagerFixture }> {
  const sessions = manager.manager;
  const doctor = (): Promise<never> => Promise.reject(new Error('There are no files here.'));
  const noFiles = (): Promise<never> => Promise.reject(new SessionError('not_found', 'There are no files.'));
  const store = { pack: noFiles, receive: noFiles };
  const transfer = createTransfer({
    ...{ store, sessions, redactor: new SecretRedactor(), version: '0', now: () => new Date(0) },
    root: '/workspace',
    diff: noFiles,
    requireTrust: () => Promise.resolve(),
  });
  const gate = { resolveWorkingDirectory: () => Promise.resolve('/workspace') };
  const host: Host = {
    transfer,
    root: '/workspace',
    sessionsRead: () => 0,
    sessions,
    statistics: new Statistics(manager.store, sessions),
    undo: new TaskUndo({
      ...{ sessions, checkpoints: noCheckpoints, gate },
      recovery: new RestoreRecovery({
        ...{ checkpoints: noCheckpoints, gate },
        ...{ processes: manager.processes, logger: nullLogger },
      }),
    }),
    edits: new EditNotes(),
    forks: forksOf(manager),
    doctor,
    search: (text, options) => searchText(emptySearch, text, new Date(0), options),
    traces: new Traceability({
      ...{ finder: { changing: doctor, committing: doctor }, blame: { blame: doctor } },
      ...{ readText: doctor, readCommit: doctor, taskById: doctor, onDidChange: sessions.onDidChange },
    }),
    listAgents: () => Promise.resolve([]),
    proposedChange: () => Promise.resolve(undefined),
    listApprovals: () => Promise.resolve([]),
    revokeApproval: () => Promise.resolve(false),
    followOtelSettings: () => Promise.resolve(),

    close: () => sessions.close(),
  };
  return { ...(await serve(host, choices)), manager };
}

/** A server on a real folder: `root` in the fixture's folder. */
export async function serveFolder(
  root: string,
  choices: Choices & { readonly folder: string },
): Promise<ServerFixture> {
  return serve(await openHost(root, profileIn(choices.folder)), choices);
}

async function serve(host: Host, { folder: given, ...choices }: Choices): Promise<ServerFixture> {
  const folder = given ?? temporaryFolder();
  const profile = profileIn(folder);
  const server = await startServer(host, {
    ...{ port: 0, profile, logger: nullLogger, runtimeFolders: [join(folder, 'run')] },
    ...choices,
  });
  return {
    ...{ server, host, folder, profile },
    async close() {
      await Promise.all([server.close(), host.close()]);
      if (given === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Asks with the full token; `body` is sent as JSON. */
export async function ask(
  { server }: Pick<ServerFixture, 'server'>,
  method: string,
  path: string,
  { body, headers = {} }: { readonly body?: unknown; readonly headers?: Record<string, string> } = {},
): Promise<Reply> {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${server.tokens.full}`,
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return {
    status: response.status,
    headers: response.headers,
    body: isJson && text !== '' ? JSON.parse(text) : text,
  };
}

/** The field of a JSON answer. */
export function field(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (found, key) => (typeof found === 'object' && found !== null ? Reflect.get(found, key) : undefined),
    value,
  );
}
