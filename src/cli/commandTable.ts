import type { Register } from './command.ts';
import { registerAgents } from './commands/agents.ts';
import { registerApprovals } from './commands/approvals.ts';
import { registerBlame } from './commands/blame.ts';
import { registerCompletion } from './commands/completion.ts';
import { registerDoctor } from './commands/doctor.ts';
import { registerRun } from './commands/run.ts';
import { registerServe } from './commands/serve.ts';
import { registerSessions } from './commands/sessions.ts';
import { registerStats } from './commands/stats.ts';
import { registerTasks } from './commands/tasks.ts';
import { registerToken } from './commands/token.ts';
import { registerTrust } from './commands/trust.ts';

/** Every command, in the order of `--help`. A new one is a file in `commands/` and a line here. */
export const commandTable: readonly Register[] = [
  registerRun,
  registerSessions,
  registerTasks,
  registerBlame,
  registerStats,
  registerAgents,
  registerApprovals,
  registerTrust,
  registerDoctor,
  registerServe,
  registerToken,
  registerCompletion,
];
