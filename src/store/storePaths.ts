import { join, sep } from 'node:path';
import { journalName, snapshotName } from '../core/sessionFileName.ts';

/** Where everything is below `{root}/.coding-agent`. */
export class StorePaths {
  readonly root: string;
  readonly folder: string;
  readonly sessions: string;
  readonly blobs: string;
  readonly trash: string;
  readonly locks: string;
  readonly gitignore: string;

  constructor(root: string, sessions = 'sessions') {
    this.root = root;
    this.folder = join(root, '.coding-agent');
    this.sessions = join(this.folder, sessions);
    this.blobs = join(this.folder, 'blobs');
    this.trash = join(this.folder, 'trash');
    this.locks = join(this.folder, 'locks');
    this.gitignore = join(this.folder, '.gitignore');
  }

  /** The same, for sessions that are in the trash. */
  inTrash(): StorePaths {
    return new StorePaths(this.root, 'trash');
  }

  /** Asked for whenever a session is opened; the folders are normalized already, and so are the names. */
  snapshot(sessionId: string): string {
    return this.sessions + sep + snapshotName(sessionId);
  }

  /** Asked for at every append. */
  journal(sessionId: string, segment: number): string {
    return this.sessions + sep + journalName(sessionId, segment);
  }

  lock(sessionId: string): string {
    return `${this.locks}${sep}${sessionId}.lock`;
  }

  blob(hash: string): string {
    return join(this.blobs, hash);
  }
}
