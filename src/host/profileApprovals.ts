import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApprovalMemory, KeptScope, RememberedCall } from '../agents/approvalMemory.ts';
import { messageOf } from '../core/errors.ts';
import { inertText } from '../core/inertText.ts';
import type { Logger } from '../core/logger.ts';
import type { Redactor } from '../core/redactor.ts';
import { firstBytes } from '../core/text.ts';
import type { UserProfile } from './host.ts';
import type { KeptApproval } from './keptApproval.ts';
import { readProfileFile, removeProfileFile, writeProfileFile } from './profileFile.ts';

const MAX_SHOWN_BYTES = 2048;

interface Kept extends Omit<KeptApproval, 'id'> {
  readonly root: string;
  /** `dev:ino` of the root: another folder in its place was allowed nothing. */
  readonly inode: string;
  readonly directory: string;
  /** SHA-256 of the exact subject, hex. */
  readonly hash: string;
}

export interface ProfileApprovalsOptions {
  readonly profile: Pick<UserProfile, 'config'>;
  /** Real path. */
  readonly root: string;
  readonly now: () => Date;
  readonly redactor: Redactor;
  readonly logger: Logger;
}

/**
 * What the person allowed always, in their profile: a folder for each root and a file for each allowance, so that two processes do
 * not undo each other. Nothing of it is ever in the workspace.
 */
export class ProfileApprovals implements ApprovalMemory {
  readonly #options: ProfileApprovalsOptions;
  readonly #folder: string;

  constructor(options: ProfileApprovalsOptions) {
    this.#options = options;
    this.#folder = folderOf(options.profile, options.root);
  }

  async recall(call: RememberedCall): Promise<KeptScope | undefined> {
    try {
      const inode = await inodeOf(this.#options.root);
      const session = await readKept(this.#fileOf(sessionKey(call)));
      if (session !== undefined && this.#isOf(session, inode) && isForSession(session, call))
        return 'session';
      if ((await filesIn(this.#folder)).length === 0) return undefined;
      const hash = sha256(call.subject());
      const exact = await readKept(this.#fileOf(exactKey(call, hash)));
      return exact !== undefined && this.#isOf(exact, inode) && isExactly(exact, call, hash)
        ? 'exact'
        : undefined;
    } catch (error) {
      this.#options.logger.warn(
        `What was always allowed cannot be read, so it is asked: ${messageOf(error)}`,
      );
      return undefined;
    }
  }

  async remember(call: RememberedCall, scope: KeptScope): Promise<void> {
    const { root, redactor, now } = this.#options;
    const subject = call.subject();
    const hash = sha256(subject);
    const kept: Kept = {
      ...{ scope, root, inode: await inodeOf(root), directory: call.directory, tool: call.tool, hash },
      subject: firstBytes(redactor.redact(inertText(subject)), MAX_SHOWN_BYTES),
      ...{ sessionId: call.sessionId, at: now().toISOString() },
    };
    const key = scope === 'session' ? sessionKey(call) : exactKey(call, hash);
    await writeProfileFile(this.#fileOf(key), kept);
  }

  /** What was allowed until a session ends. Never rejects. */
  async forgetSession(sessionId: string): Promise<void> {
    const { profile, root, logger } = this.#options;
    try {
      for (const { id, scope, sessionId: of } of await listApprovals(profile, root)) {
        if (scope === 'session' && of === sessionId) await revokeApproval(profile, root, id);
      }
    } catch (error) {
      logger.warn(`What was allowed in an ended session could not be taken back: ${messageOf(error)}`);
    }
  }

  #isOf(kept: Kept, inode: string): boolean {
    return kept.root === this.#options.root && kept.inode === inode;
  }

  #fileOf(key: string): string {
    return join(this.#folder, `${sha256(key)}.json`);
  }
}

/** What is allowed always in a root, newest first. Rejects when the profile cannot be read. */
export async function listApprovals(
  profile: Pick<UserProfile, 'config'>,
  root: string,
): Promise<readonly KeptApproval[]> {
  const folder = folderOf(profile, root);
  const inode = await inodeOf(root);
  const kept: KeptApproval[] = [];
  for (const name of await filesIn(folder)) {
    const entry = await readKept(join(folder, name));
    if (entry?.root !== root || entry.inode !== inode) continue;
    const { scope, tool, subject, at, sessionId } = entry;
    kept.push({ id: name.slice(0, -'.json'.length), scope, tool, subject, at, sessionId });
  }
  return kept.sort((a, b) => (a.at < b.at ? 1 : -1));
}

/** Takes one back; resolves with whether there was one. */
export async function revokeApproval(
  profile: Pick<UserProfile, 'config'>,
  root: string,
  id: string,
): Promise<boolean> {
  return /^[0-9a-f]{64}$/.test(id) && removeProfileFile(join(folderOf(profile, root), `${id}.json`));
}

/** Takes all of a root back; resolves with how many there were. */
export async function revokeApprovals(profile: Pick<UserProfile, 'config'>, root: string): Promise<number> {
  const names = await filesIn(folderOf(profile, root));
  for (const name of names) await removeProfileFile(join(folderOf(profile, root), name));
  return names.length;
}

function folderOf({ config }: Pick<UserProfile, 'config'>, root: string): string {
  return join(config, 'approvals', sha256(root));
}

async function filesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter(name => /^[0-9a-f]{64}\.json$/.test(name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function readKept(file: string): Promise<Kept | undefined> {
  const value = await readProfileFile(file);
  return isKept(value) ? value : undefined;
}

function isKept(value: unknown): value is Kept {
  if (typeof value !== 'object' || value === null || !('scope' in value)) return false;
  const entry = value as Readonly<Record<string, unknown>>;
  const texts = ['root', 'inode', 'directory', 'tool', 'hash', 'subject', 'at', 'sessionId'];
  return (entry['scope'] === 'session' || entry['scope'] === 'exact') && texts.every(isTextOf(entry));
}

function isTextOf(entry: Readonly<Record<string, unknown>>): (name: string) => boolean {
  return name => typeof entry[name] === 'string';
}

function isForSession(kept: Kept, { sessionId, tool }: RememberedCall): boolean {
  return kept.scope === 'session' && kept.sessionId === sessionId && kept.tool === tool;
}

function isExactly(kept: Kept, { directory, tool }: RememberedCall, hash: string): boolean {
  return kept.scope === 'exact' && kept.directory === directory && kept.tool === tool && kept.hash === hash;
}

function sessionKey({ sessionId, tool }: RememberedCall): string {
  return JSON.stringify(['session', sessionId, tool]);
}

function exactKey({ directory, tool }: RememberedCall, hash: string): string {
  return JSON.stringify(['exact', directory, tool, hash]);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

async function inodeOf(path: string): Promise<string> {
  const { dev, ino } = await stat(path, { bigint: true });
  return `${String(dev)}:${String(ino)}`;
}
