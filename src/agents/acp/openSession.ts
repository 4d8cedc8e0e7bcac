import {
  type AgentCapabilities,
  type ClientContext,
  methods,
  type NewSessionResponse,
  type SessionConfigOption,
  type SessionModeState,
} from '@agentclientprotocol/sdk';
import type { TaskRun } from '../../core/ports.ts';
import { AcpFailure } from './acpFailure.ts';
import { askingMode } from './askingMode.ts';

export interface OpenSessionOptions {
  readonly agent: ClientContext;
  readonly run: TaskRun;
  /** As in `acp:NAME`. */
  readonly name: string;
  readonly capabilities: AgentCapabilities | undefined;
  /** Bounds a request in time. */
  readonly within: <T>(request: Promise<T>) => Promise<T>;
}

export interface OpenedSession {
  /** The agent's own id of the conversation. */
  readonly id: string;
  /** Whether it is one that an earlier task of our session began. */
  readonly goesOn: boolean;
  readonly model: string | null;
  /** Whether it is known that the agent will not ask. */
  readonly cannotAsk: boolean;
}

interface Opened {
  readonly id: string;
  readonly goesOn: boolean;
  readonly modes?: SessionModeState | null | undefined;
  readonly configOptions?: readonly SessionConfigOption[] | null | undefined;
}

type Conversation = Pick<Opened, 'modes' | 'configOptions'>;

/** Goes on with the conversation of an earlier task where the agent can, else begins one; in the mode in which it asks. */
export async function openSession(options: OpenSessionOptions): Promise<OpenedSession> {
  const { agent, within } = options;
  const opened = (await goOn(options)) ?? (await begin(options));
  const { modeId, cannotAsk } = askingMode(opened.modes);
  let mayNotAsk = cannotAsk;
  if (modeId !== undefined) {
    const request = agent.request(methods.agent.session.setMode, { sessionId: opened.id, modeId });
    await within(request).catch((error: unknown) => {
      if (error instanceof AcpFailure && error.code === 'agent_exited') throw error;
      mayNotAsk = true;
    });
  }
  return { id: opened.id, goesOn: opened.goesOn, model: modelOf(opened.configOptions), cannotAsk: mayNotAsk };
}

async function begin({ agent, run, name, within }: OpenSessionOptions): Promise<Opened> {
  const params = { cwd: run.session.workingDirectory, mcpServers: [] };
  const request = agent.request<Partial<NewSessionResponse>>(methods.agent.session.new, params);
  const { sessionId, modes, configOptions } = await within(request);
  if (typeof sessionId !== 'string' || sessionId === '') {
    throw new AcpFailure('agent_protocol', `${name} gave no id for the conversation.`);
  }
  return { id: sessionId, goesOn: false, modes, configOptions };
}

/** `undefined` when there is nothing to go on with, or the agent does not know it any more. */
async function goOn({
  agent,
  run,
  name,
  capabilities,
  within,
}: OpenSessionOptions): Promise<Opened | undefined> {
  const earlier = run.earlier.findLast(
    task => task.agent === `acp:${name}` && task.agentSession !== undefined,
  );
  const id = earlier?.agentSession;
  if (id === undefined || id === '') return undefined;
  const canResume = (capabilities?.sessionCapabilities?.resume ?? undefined) !== undefined;
  if (!canResume && capabilities?.loadSession !== true) return undefined;
  const params = { sessionId: id, cwd: run.session.workingDirectory, mcpServers: [] };
  try {
    const request = canResume
      ? agent.request<Conversation>(methods.agent.session.resume, params)
      : agent.request<Conversation>(methods.agent.session.load, params);
    const answer = await within(request);
    return { id, goesOn: true, modes: answer.modes, configOptions: answer.configOptions };
  } catch (error) {
    if (error instanceof AcpFailure && error.code !== 'agent_failed') throw error;
    return undefined;
  }
}

function modelOf(options: readonly SessionConfigOption[] | null | undefined): string | null {
  const option = options?.find(({ category, id }) => category === 'model' || id === 'model');
  return option?.type === 'select' ? option.currentValue : null;
}
