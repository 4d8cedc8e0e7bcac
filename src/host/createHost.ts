import { realpath } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { listAgents } from '../agents/agentList.ts';
import { configuredAgent, createAgents, foundAgents } from '../agents/createAgents.ts';
import { rulesOf } from '../agents/permissionRule.ts';
import { createCheckpointedRunner } from '../agents/checkpointedRunner.ts';
import { createTaskRunner } from '../agents/taskRunner.ts';
import { ToolEnvironments } from '../agents/toolEnvironments.ts';
import { CommandVerifier, createVerifyingRunner } from '../agents/verification.ts';
import { CHECKPOINT_GIGABYTES } from '../core/checkpoints.ts';
import { EditNotes } from '../core/editNotes.ts';
import { redactedLogger } from '../core/redactor.ts';
import { RestoreRecovery } from '../core/restoreRecovery.ts';
import { searchText } from '../core/search/searchText.ts';
import { SessionForks } from '../core/sessionForks.ts';
import { SessionManager } from '../core/sessionManager.ts';
import { Statistics } from '../core/statistics.ts';
import { TaskUndo } from '../core/taskUndo.ts';
import { createSessionStore } from '../store/sessionStore.ts';
import { createCheckpoints } from '../workspace/checkpoints/createCheckpoints.ts';
import { proposedChange } from '../workspace/proposedChange.ts';
import { SecretRedactor } from '../workspace/redact.ts';
import { createAuthorship } from './authorship.ts';
import { createTraceability } from './createTraceability.ts';
import { runDoctor } from './doctor.ts';
import type { Host, HostOptions } from './host.ts';
import { createProcessTable } from './processTable.ts';
import { systemClock as clock, systemIds as ids } from './systemPorts.ts';
import { readAgentSettings } from './agentSettings.ts';
import { createTransfer } from './transfer.ts';
import { listApprovals, ProfileApprovals, revokeApproval } from './profileApprovals.ts';
import { userRecipes } from './userRecipes.ts';
import { OtelSwitch } from './otelSwitch.ts';
import { createWorkspaceGate } from './workspaceGate.ts';

/** After these nothing is allowed any more because it was allowed in the session. */
const ENDS = new Set<string>(['sessionEnded', 'sessionDeleted']);

/** Composes everything that one root needs. Rejects when the root cannot be read. */
export async function createHost(options: HostOptions): Promise<Host> {
  const { profile, approvals, current } = options;
  const redactor = new SecretRedactor();
  const logger = redactedLogger(options.logger, redactor);
  const root = await realpath(options.root);
  const gate = createWorkspaceGate(root, options.trust);
  await gate.look();
  const processes = createProcessTable(ids);
  const store = createSessionStore({
    ...{ root, cache: profile.cache, clock, ids, processes, logger },
    readOnly: () => !gate.isTrusted(),
    onLongWork: options.onLongWork,
  });
  const settings = await readAgentSettings(options, logger);
  const kept = new ProfileApprovals({ profile, root, now: () => clock.now(), redactor, logger });
  const { commandTimeoutMs } = options;
  const policy = {
    approveInAdvance: options.approveInAdvance,
    get rules() {
      return rulesOf(settings().permissions ?? {});
    },
  };
  const environments = new ToolEnvironments({
    ...{ clock, commandTimeoutMs },
    commitTrailer: () => settings().commitTrailer === true,
  });
  const limit = (): number => (settings().checkpointGigabytes ?? CHECKPOINT_GIGABYTES) * 1e9;
  const checkpoints = createCheckpoints({ root, processes, limit, logger });
  const edits = new EditNotes();
  const acting = { clock, ids, policy, environments, approvals: kept };
  const verifier = new CommandVerifier({
    ...{ ...acting, redactor, checkpoints },
    configured: () => settings().verify,
  });
  const runner = createTaskRunner({
    ...{ ...acting, commandTimeoutMs },
    recipes: await userRecipes(profile, logger),
    agents: createAgents({ ...options, settings, environment: process.env, redactor, clock, ids }),
    foundAgents: () => foundAgents(process.env),
    configuredAgent: () => options.configuredAgent ?? configuredAgent(settings()),
  });
  const authorship = createAuthorship(profile.config, logger);
  const author = userName();
  const recovery = new RestoreRecovery({ checkpoints, gate, processes, logger });
  const checkpointed = createCheckpointedRunner(runner, {
    ...{ checkpoints, logger, edits },
    isOn: () => settings().checkpoints !== false,
  });
  const sessions = new SessionManager({
    ...{ store, verifier, clock, ids, processes, current, gate, authorship, approvals, author },
    ...{ logger, redactor, recovery, runner: createVerifyingRunner(checkpointed, verifier) },
  });
  sessions.onDidChange(change => {
    if (change.kind !== 'records') return;
    const hasEnded = change.records.some(({ event }) => ENDS.has(event.type));
    if (hasEnded) void kept.forgetSession(change.sessionId);
  });
  const writer = processes.self.nonce;
  const otel = new OtelSwitch(options, { onDidChange: sessions.onDidChange, writer, logger });
  await otel.follow();
  const undo = new TaskUndo({ sessions, checkpoints, gate, recovery });
  return {
    root,
    ...{ sessions, edits },
    undo,
    statistics: new Statistics(store, sessions),
    traces: createTraceability({ root, finder: store.finder, checkpoints, sessions }),
    sessionsRead: () => store.reads,
    search: (text, searchOptions) => searchText(store.search, text, clock.now(), searchOptions),
    transfer: createTransfer({
      ...{ root, store, sessions, redactor, version: options.version ?? 'unknown', now: () => clock.now() },
      diff: taskId => undo.diff(taskId),
      requireTrust: () => gate.requireTrust(),
    }),
    forks: new SessionForks({ sessions, ids, gate, authorship, author }),
    doctor: (request = {}, signal) => runDoctor(request, { store, gate, processes, checkpoints, signal }),
    listAgents: async ({ lookForServers }) =>
      listAgents({
        ...{ settings: settings(), environment: process.env, lookForServers },
        hostModels: await options.hostModel?.list(),
        storedKey: options.storedKey,
      }),
    proposedChange: async (sessionId, { subject = '', hash = '' }) => {
      const { workingDirectory } = await sessions.getSession(sessionId);
      return proposedChange(await gate.resolveWorkingDirectory(workingDirectory), subject, hash);
    },
    listApprovals: () => listApprovals(profile, root),
    revokeApproval: id => revokeApproval(profile, root, id),
    followOtelSettings: () => otel.follow(),
    close: async () => {
      await sessions.close();
      await otel.close();
    },
  };
}

function userName(): string | null {
  try {
    return userInfo().username;
  } catch {
    // A user without an entry in the user database, as in some containers.
    return null;
  }
}
