import { messageOf } from '../../core/errors.ts';
import type { TaskOutcome } from '../../core/ports.ts';
import { AcpFailure } from './acpFailure.ts';
import { AcpSession } from './acpSession.ts';
import { type AcpTaskOptions, failed } from './acpTaskOptions.ts';
import { AgentProcess } from './agentProcess.ts';
import { ForeignCall } from './foreignCall.ts';

/**
 * Starts an external agent for one task, has it carry the task out, and ends all of it. Rejects only with a `SessionError`:
 * something cannot be recorded, or the task was cancelled while a person was asked.
 */
export async function runAcpTask(options: AcpTaskOptions): Promise<TaskOutcome> {
  const { name, program, agentRun, ids } = options;
  const { run, calls, permissions } = agentRun;
  const denied = await calls.approveText(run.task.description);
  if (denied !== undefined) return failed('denied', denied.code, denied.message);
  const argv = [program.command, ...program.args];
  const call = new ForeignCall(run, ids, 'start_agent', { agent: name, command: argv }, null);
  const ruling = await permissions.decide({
    ...{ callId: call.id, tool: 'start_agent', class: 'execute', args: argv },
    // The person chose this agent: for this task, or once for all in their settings.
    ...{ subject: () => argv.join(' '), isInstruction: true, announce: () => call.announce() },
  });
  await call.decided(ruling);
  if (!ruling.decision.allowed) {
    const error = `Starting ${name} was not allowed: ${ruling.decision.reason ?? 'no reason was given'}. Nothing was changed.`;
    await call.ended('denied', { error });
    return failed('denied', 'denied', error);
  }
  let agent: AgentProcess;
  try {
    agent = await AgentProcess.start(program);
  } catch (error) {
    await call.ended('failed', { error: messageOf(error) });
    return failed('error', 'not_started', messageOf(error));
  }
  try {
    await call.started(agent.identity);
    return await carryOut(options, agent, call);
  } finally {
    await agent.end();
  }
}

async function carryOut(
  options: AcpTaskOptions,
  agent: AgentProcess,
  call: ForeignCall,
): Promise<TaskOutcome> {
  const session = new AcpSession(options, agent);
  agent.go();
  let outcome: TaskOutcome;
  try {
    outcome = await session.carryOut();
  } catch (error) {
    if (!(error instanceof AcpFailure)) throw error;
    outcome = { ...failed('error', error.code, failureText(error, agent)), result: session.result };
  }
  await agent.end();
  await session.close();
  await call.output(agent.complaints);
  await call.ended('completed', { duration: 0 });
  return outcome;
}

function failureText({ message }: AcpFailure, agent: AgentProcess): string {
  const last = agent.complaints.split('\n').slice(-3).join(' ').slice(-300);
  const complaint = last === '' ? '' : ` It last said: "${last}".`;
  return `${message}${complaint} What it had done is kept. Retry the task when that is settled.`;
}
