import { realpath } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { createTaskRunner } from '../agents/taskRunner.ts';
import { SessionManager } from '../core/sessionManager.ts';
import { createSessionStore } from '../store/sessionStore.ts';
import { createAuthorship } from './authorship.ts';
import type { Host, HostOptions } from './host.ts';
import { createProcessTable } from './processTable.ts';
import { systemClock as clock, systemIds as ids } from './systemPorts.ts';
import { userRecipes } from './userRecipes.ts';
import { createWorkspaceGate } from './workspaceGate.ts';

/** Composes everything that one root needs. Rejects when the root cannot be read. */
export async function createHost(options: HostOptions): Promise<Host> {
  const { profile, logger, approvals, current } = options;
  const root = await realpath(options.root);
  const gate = createWorkspaceGate(root, options.trust);
  await gate.look();
  const processes = createProcessTable(ids);
  const store = createSessionStore({
    ...{ root, cache: profile.cache, clock, ids, processes, logger },
    readOnly: () => !gate.isTrusted(),
  });
  const runner = createTaskRunner({
    ...{ clock, ids, commandTimeoutMs: options.commandTimeoutMs },
    recipes: await userRecipes(profile, logger),
    configuredAgent: () => options.configuredAgent,
    policy: { approveInAdvance: options.approveInAdvance, rules: [] },
  });
  const authorship = createAuthorship(profile.config, logger);
  const author = userName();
  const sessions = new SessionManager({
    ...{ store, runner, clock, ids, processes, current, gate, authorship, approvals, author, logger },
  });
  return { root, sessions, close: () => sessions.close() };
}

function userName(): string | null {
  try {
    return userInfo().username;
  } catch {
    // A user without an entry in the user database, as in some containers.
    return null;
  }
}
