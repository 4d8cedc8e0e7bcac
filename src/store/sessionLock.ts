import { basename, join } from 'node:path';
import { messageOf, SessionError } from '../core/errors.ts';
import type { ProcessOwner } from '../core/processOwner.ts';
import { owner as ownerShape } from './eventShapes.ts';
import { errorCode } from './fileSystem.ts';
import { sumOf } from './journalLine.ts';
import { openRegular, readRegular } from './regularFile.ts';
import { object, text } from './shape.ts';
import type { StoreFolder } from './storeFolder.ts';
import type { StorePorts } from './storePorts.ts';

export interface HeldLock {
  /** Gives the lock back. Never throws. */
  release(): void;
}

/** How long a holder that lives is waited for, one that cannot be judged from here, and until the lock of a dead one is gone. */
const PATIENCE_MS = { alive: 60_000, unknown: 5_000, dead: 60_000 };
const MAX_PAUSE_MS = 25;
const MAX_DEPTH = 4;
const MAX_BYTES = 4096;
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV']);

const lockShape = object({ owner: ownerShape, sum: text });

/** The file that names this process; locks are links to it. */
interface OwnerFile {
  readonly path: string;
  readonly inode: number;
  isDurable: boolean;
  /** Whether a link to it was seen to have its inode. */
  isShared: boolean;
}

/** Who holds a lock; `unreadable` cannot be judged, `undefined` is nobody. */
type Holder = ProcessOwner | 'unreadable' | undefined;
type Verdict = 'alive' | 'dead' | 'unknown' | 'free';

/** The locks that are held in this process, each by whoever took it last. */
const HELD = new Map<string, object>();

/**
 * The append locks, one a session. A lock is a link to a file that names its owner, so that it exists at once and whole.
 * It is taken from an owner only when that one is provably dead: never by age, never across hosts or pid namespaces.
 */
export class SessionLocks {
  readonly #ports: StorePorts;
  readonly #folder: StoreFolder;
  #ownerFile: OwnerFile | undefined;
  #links = true;
  /** Locks that could not be given back; they are this process's own all the same. */
  readonly #kept = new Map<string, number>();

  constructor(ports: StorePorts, folder: StoreFolder) {
    this.#ports = ports;
    this.#folder = folder;
  }

  /** Rejects with `storage_failed` when the holder does not give it back in time, and as writing does. */
  async acquire(sessionId: string): Promise<HeldLock> {
    const { clock, pause, paths } = this.#ports;
    const path = paths.lock(sessionId);
    const start = clock.monotonic();
    let deadSince = Infinity;
    for (let attempt = 0; ; attempt++) {
      if (!this.#folder.isEnsured(paths.locks)) await this.#folder.ensure(paths.locks);
      if (this.#ownerFile?.isDurable !== true) await this.#syncOwnerFile();
      const inode = this.#tryTake(path);
      if (inode !== undefined) return this.#held(path, inode);
      const holder = this.#holderOf(path);
      const verdict = this.#isStray(holder, path) ? 'dead' : this.#judge(holder);
      const now = clock.monotonic();
      deadSince = verdict === 'dead' ? Math.min(deadSince, now) : Infinity;
      const waited = now - (verdict === 'dead' ? deadSince : start);
      if (verdict !== 'free' && waited > PATIENCE_MS[verdict]) throw heldError(holder, verdict, path);
      if (verdict === 'dead' && typeof holder === 'object') this.#breakLock(path, holder, 0);
      await pause(this.#pauseAfter(attempt));
    }
  }

  /** Removes the lock of an owner that cannot be judged, on a person's word. */
  takeOver(sessionId: string): boolean {
    const path = this.#ports.paths.lock(sessionId);
    const holder = this.#holderOf(path);
    if (holder === undefined || this.#judge(holder) === 'alive') return false;
    if (holder === 'unreadable') this.#unlink(path);
    else this.#breakLock(path, holder, 0);
    return this.#ports.files.lstat(path) === undefined;
  }

  /** Removes the file that names this process, and those of dead ones. Never throws. */
  async close(): Promise<void> {
    for (const [path, inode] of this.#kept) this.#release(path, inode, false);
    if (this.#ownerFile === undefined) return;
    this.#unlink(this.#ownerFile.path);
    this.#ownerFile = undefined;
    try {
      for (const name of await this.#ports.files.readdir(this.#ports.paths.locks)) this.#sweep(name);
    } catch (error) {
      this.#ports.logger.debug(`Old locks were not swept: ${messageOf(error)}`);
    }
  }

  #held(path: string, inode: number): HeldLock {
    const key = this.#keyOf(path);
    const lock: HeldLock = {
      release: () => {
        const isNewest = HELD.get(key) === lock;
        if (isNewest) HELD.delete(key);
        this.#release(path, inode, isNewest);
      },
    };
    HELD.set(key, lock);
    return lock;
  }

  /** Whether it is a lock of this process that this process does not hold: `git stash pop`, say, brought it back. */
  #isStray(holder: Holder, path: string): boolean {
    const { nonce } = this.#ports.processes.self;
    return typeof holder === 'object' && holder.nonce === nonce && !HELD.has(this.#keyOf(path));
  }

  #keyOf(path: string): string {
    return `${this.#ports.processes.self.nonce} ${path}`;
  }

  /** The inode of the lock when it was taken; `undefined` when another holds it. */
  #tryTake(path: string): number | undefined {
    const { files } = this.#ports;
    const kept = this.#kept.get(path);
    const isKept = kept !== undefined && files.lstat(path)?.inode === kept;
    this.#kept.delete(path);
    if (isKept) return kept;
    try {
      const ownerFile = this.#ensureOwnerFile();
      if (!this.#links) return this.#createOwned(path);
      files.link(ownerFile.path, path);
      if (ownerFile.isShared) return ownerFile.inode;
      const inode = this.#inodeOf(path) ?? ownerFile.inode;
      ownerFile.isShared = inode === ownerFile.inode;
      return inode;
    } catch (error) {
      const code = errorCode(error);
      if (code === 'EEXIST') return undefined;
      if (code === 'ENOENT') this.#forget();
      else if (NO_LINKS.has(code) && this.#links) this.#links = false;
      else throw error;
      return undefined;
    }
  }

  #forget(): void {
    this.#ownerFile = undefined;
    this.#folder.forget();
  }

  #ensureOwnerFile(): OwnerFile {
    if (this.#ownerFile !== undefined) return this.#ownerFile;
    const { ids, paths, processes } = this.#ports;
    const path = join(paths.locks, `${processes.self.nonce}-${ids.hex(8)}.owner`);
    this.#ownerFile = { path, inode: this.#createOwned(path), isDurable: false, isShared: false };
    return this.#ownerFile;
  }

  /** A lock may outlive a power loss: then it must still say whose it was, or nobody could ever break it. */
  async #syncOwnerFile(): Promise<void> {
    if (!this.#links) return;
    const { files } = this.#ports;
    try {
      const ownerFile = this.#ensureOwnerFile();
      if (ownerFile.isDurable) return;
      const { descriptor } = openRegular(files, ownerFile.path, 'append');
      try {
        await files.datasync(descriptor);
        ownerFile.isDurable = true;
      } finally {
        files.close(descriptor);
      }
    } catch (error) {
      if (this.#ownerFile !== undefined) this.#unlink(this.#ownerFile.path);
      this.#forget();
      if (errorCode(error) !== 'ENOENT') throw error;
    }
  }

  #createOwned(path: string): number {
    const { files, processes } = this.#ports;
    const { descriptor, stat } = openRegular(files, path, 'create');
    const owner = processes.self;
    const bytes = Buffer.from(`${JSON.stringify({ owner, sum: ownerSum(owner) })}\n`);
    try {
      for (let at = 0; at < bytes.length;) at += files.append(descriptor, bytes.subarray(at));
    } catch (error) {
      // A lock that does not say whose it is would never be given up.
      this.#unlink(path);
      throw error;
    } finally {
      files.close(descriptor);
    }
    return stat.inode;
  }

  #inodeOf(path: string): number | undefined {
    try {
      return this.#ports.files.lstat(path)?.inode;
    } catch {
      return undefined;
    }
  }

  #holderOf(path: string): Holder {
    return readHolder(path, this.#ports);
  }

  #judge(holder: Holder): Verdict {
    return judge(holder, this.#ports);
  }

  /**
   * Removes the lock of a dead owner. Only who holds `{lock}.{owner}` may do that, and looks again first: so a lock that
   * was taken since is never removed. A remover that died is dealt with in the same way.
   */
  #breakLock(path: string, dead: ProcessOwner, depth: number): void {
    const right = `${path}.${sumOf(Buffer.from(dead.nonce)).slice(0, 8)}`;
    const inode = this.#tryTake(right);
    if (inode === undefined) {
      const remover = this.#holderOf(right);
      if (depth < MAX_DEPTH && typeof remover === 'object' && this.#judge(remover) === 'dead') {
        this.#breakLock(right, remover, depth + 1);
      }
      return;
    }
    try {
      const holder = this.#holderOf(path);
      if (typeof holder === 'object' && holder.nonce === dead.nonce) this.#unlink(path);
    } finally {
      this.#release(right, inode, true);
    }
  }

  /** `isNewest`: nobody in this process took it since. */
  #release(path: string, inode: number, isNewest: boolean): void {
    try {
      const stat = this.#ports.files.lstat(path);
      // Somebody may have removed the folder, or taken the lock over on a person's word.
      if (stat === undefined || (stat.inode !== inode && !(isNewest && this.#isOurs(path)))) return;
      if (this.#unlink(path)) return;
    } catch (error) {
      this.#ports.logger.warn(`${basename(path)} stays: ${messageOf(error)}`);
    }
    this.#kept.set(path, inode);
  }

  /** Whether it names this process: as a link to a file that took the place of the owner file does, an older copy of it, say. */
  #isOurs(path: string): boolean {
    const holder = this.#holderOf(path);
    return typeof holder === 'object' && holder.nonce === this.#ports.processes.self.nonce;
  }

  #unlink(path: string): boolean {
    try {
      this.#ports.files.unlink(path);
      return true;
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return true;
      this.#ports.logger.warn(`${basename(path)} stays: ${messageOf(error)}`);
      return false;
    }
  }

  #sweep(name: string): void {
    if (!name.endsWith('.owner')) return;
    const path = join(this.#ports.paths.locks, name);
    if (this.#judge(this.#holderOf(path)) === 'dead') this.#unlink(path);
  }

  /** Grows, with jitter, so that many who wait do not wake together. */
  #pauseAfter(attempt: number): number {
    if (attempt < 2) return 0;
    return Math.ceil((parseInt(this.#ports.ids.hex(2), 16) / 255) * Math.min(MAX_PAUSE_MS, 2 + attempt));
  }
}

/** Whom a lock or owner file names, and whether that process lives. */
export function fileOwner(
  path: string,
  ports: StorePorts,
): { readonly holder: Holder; readonly verdict: Verdict } {
  const holder = readHolder(path, ports);
  return { holder, verdict: judge(holder, ports) };
}

function readHolder(path: string, { files }: StorePorts): Holder {
  try {
    const bytes = readRegular(files, path, MAX_BYTES);
    if (bytes === undefined) return undefined;
    const value: unknown = JSON.parse(bytes.toString());
    return lockShape.accepts(value) && value.sum === ownerSum(value.owner) ? value.owner : 'unreadable';
  } catch {
    return 'unreadable';
  }
}

function judge(holder: Holder, { processes }: StorePorts): Verdict {
  if (holder === undefined) return 'free';
  return holder === 'unreadable' ? 'unknown' : processes.stateOf(holder);
}

function ownerSum(owner: ProcessOwner): string {
  const { host, boot, pidNamespace, pid, start, nonce } = owner;
  return sumOf(Buffer.from(JSON.stringify([host, boot, pidNamespace, pid, start, nonce])));
}

function heldError(holder: Holder, verdict: Verdict, file: string): SessionError {
  const who =
    typeof holder === 'object' ? `process ${holder.pid} on ${holder.host}` : 'a process that cannot be told';
  const message =
    verdict === 'dead'
      ? `The session is locked by ${who}, which does not hold it any more, and that lock cannot be removed. ` +
        'Nothing was recorded. Remove the file of the lock, then try again.'
      : `The session is locked by ${who}, and it does not give it back. Nothing was recorded. ` +
        'If that process no longer runs, take the lock over with `coding-agent doctor --take-over`.';
  return new SessionError('storage_failed', message, { file });
}
