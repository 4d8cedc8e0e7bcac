import type { RunningServer } from '../../api/server.ts';
import { type Disposable, DisposableList } from '../../core/disposable.ts';
import { Emitter, type Event } from '../../core/event.ts';
import type { Logger } from '../../core/logger.ts';
import { userProfile } from '../../host/userProfile.ts';
import type { FolderSessions } from '../folders/folderSessions.ts';
import type { WorkspaceFolders } from '../folders/workspaceFolders.ts';
import { serverPort } from '../settings.ts';

/** A folder that is served over HTTP. */
export interface Serving {
  readonly folder: FolderSessions;
  readonly root: string;
  readonly server: RunningServer;
}

/** The HTTP server of this window: at most one, for one of its folders, with the folder's own host. It ends with the window. */
export class WindowServer implements Disposable {
  readonly #logger: Logger;
  readonly #scope = new DisposableList();
  readonly #onDidChange: Emitter<void>;
  #serving: Serving | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(folders: Pick<WorkspaceFolders, 'all' | 'onDidChangeList'>, logger: Logger) {
    this.#logger = logger;
    this.#onDidChange = this.#scope.add(
      new Emitter((error: unknown) => {
        logger.error('A listener failed.', error);
      }),
    );
    this.#scope.add(
      folders.onDidChangeList(() => {
        const { folder } = this.#serving ?? {};
        if (folder !== undefined && !folders.all.includes(folder)) void this.stop();
      }),
    );
  }

  get serving(): Serving | undefined {
    return this.#serving;
  }

  /** It started or stopped. */
  get onDidChange(): Event<void> {
    return this.#onDidChange.event;
  }

  /** Serves a folder, or tells what is served already. Rejects with `conflict` when `port` was named and is in use. */
  start(folder: FolderSessions, port?: number): Promise<Serving> {
    return this.#inTurn(async () => this.#serving ?? this.#start(folder, port));
  }

  /** Never rejects. Tasks run on. */
  stop(): Promise<void> {
    return this.#inTurn(async () => {
      const serving = this.#serving;
      if (serving === undefined) return;
      this.#serving = undefined;
      this.#onDidChange.fire();
      await serving.server.close();
      this.#logger.info(`${serving.root} is not served any more.`);
    });
  }

  dispose(): void {
    void this.stop();
    this.#scope.dispose();
  }

  async #start(folder: FolderSessions, port: number | undefined): Promise<Serving> {
    const { startServer } = await import('../../api/server.ts');
    const host = await folder.host();
    const options = { profile: userProfile(), logger: this.#logger };
    const server = await startServer(host, { ...options, port: port ?? serverPort() }).catch(
      (error: unknown) => {
        // Another window has the usual port: programs find this one by its discovery file.
        if (port === undefined && isConflict(error)) return startServer(host, { ...options, port: 0 });
        throw error;
      },
    );
    this.#serving = { folder, root: host.root, server };
    this.#logger.info(`${host.root} is served at ${server.url}.`);
    this.#onDidChange.fire();
    return this.#serving;
  }

  #inTurn<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(action);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

/** The server is a bundle of its own: its errors are told apart by their code. */
function isConflict(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'conflict';
}
