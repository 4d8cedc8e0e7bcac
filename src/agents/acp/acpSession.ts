import {
  client,
  type ClientConnection,
  methods,
  PROTOCOL_VERSION,
  RequestError,
} from '@agentclientprotocol/sdk';
import { isSessionError } from '../../core/errors.ts';
import type { TaskOutcome } from '../../core/ports.ts';
import { ReportedPlan } from '../reportedPlan.ts';
import { AcpFailure } from './acpFailure.ts';
import { type AcpTaskOptions, cancelledOutcome } from './acpTaskOptions.ts';
import { AgentFiles } from './agentFiles.ts';
import type { AgentProcess } from './agentProcess.ts';
import { AgentUpdates } from './agentUpdates.ts';
import { ForeignCalls } from './foreignCalls.ts';
import { messageStream } from './messageStream.ts';
import { ObservedChanges } from './observedChanges.ts';
import { openSession, type OpenedSession } from './openSession.ts';
import { promptFor } from './promptFor.ts';
import { Stopper } from './stopper.ts';

const INITIALIZE_MS = 90_000;
const OPEN_MS = 120_000;
/** An agent that neither says nor does anything for so long is not at work any more. */
const MAX_SILENCE_MS = 30 * 60_000;
/** How long an agent may take to stop by itself. */
const CANCEL_MS = 5000;

/** One task of an external agent: the conversation with it, and what becomes of what it says, asks and does. */
export class AcpSession {
  readonly #options: AcpTaskOptions;
  readonly #agent: AgentProcess;
  readonly #plan: ReportedPlan;
  readonly #calls: ForeignCalls;
  readonly #updates: AgentUpdates;
  readonly #changes: ObservedChanges;
  readonly #stopper: Stopper;
  #isUnsupervised = false;
  #selected: { readonly model: string | null; readonly agentSession: string } | undefined;
  #isReplaying = false;

  constructor(options: AcpTaskOptions, agent: AgentProcess) {
    const { agentRun, clock, ids, name } = options;
    this.#options = options;
    this.#agent = agent;
    this.#plan = new ReportedPlan(agentRun.run, ids);
    this.#changes = new ObservedChanges(agentRun);
    this.#stopper = new Stopper(clock, name);
    this.#calls = new ForeignCalls({
      ...{ agentRun, clock, ids, plan: this.#plan },
      onUnasked: () => this.#markUnsupervised(),
      onActed: () => this.#changes.look(),
    });
    this.#updates = new AgentUpdates({
      ...{ run: agentRun.run, ids, plan: this.#plan, calls: this.#calls, name },
      onFailure: error => {
        this.#stopper.stop(error);
      },
      onUnasked: () => this.#markUnsupervised(),
    });
  }

  get result(): { readonly summary: string } {
    return { summary: this.#updates.lastText };
  }

  async carryOut(): Promise<TaskOutcome> {
    const { agentRun, name } = this.#options;
    const { signal } = agentRun.run;
    void this.#agent.exited.then(how => {
      this.#stopper.stop(new AcpFailure('agent_exited', `${name} ended before the task was done (${how}).`));
    });
    const connection = this.#connect();
    const cancel = (): void => {
      this.#cancel(connection);
    };
    signal.addEventListener('abort', cancel);
    try {
      if (signal.aborted) return cancelledOutcome();
      const session = await this.#open(connection);
      await this.#changes.start();
      return await this.#prompt(connection, session);
    } catch (error) {
      if (signal.aborted && error instanceof AcpFailure) return cancelledOutcome();
      throw error;
    } finally {
      signal.removeEventListener('abort', cancel);
      this.#stopper.dispose();
      connection.close();
    }
  }

  /** Puts on record what is left to say. Nothing of the agent runs any more. */
  async close(): Promise<void> {
    await this.#updates.close();
    await this.#calls.close();
    await this.#changes.look();
  }

  #connect(): ClientConnection {
    const { agentRun, tools, clock, ids, name } = this.#options;
    const files = new AgentFiles({
      ...{ agentRun, tools, clock, ids, foreignCalls: this.#calls, stepId: () => this.#plan.current },
    });
    const app = client({ name: 'coding-agent-sessions' })
      .onRequest(methods.client.session.requestPermission, ({ params }) =>
        this.#during(async () => {
          await this.#updates.settled();
          return this.#calls.decide(params).catch((error: unknown) => {
            if (agentRun.run.signal.aborted) return { outcome: { outcome: 'cancelled' } } as const;
            throw error;
          });
        }),
      )
      .onRequest(methods.client.fs.readTextFile, ({ params }) => this.#during(() => files.read(params)))
      .onRequest(methods.client.fs.writeTextFile, ({ params }) => this.#during(() => files.write(params)));
    return app.connect({
      writable: this.#agent.input(),
      readable: messageStream({
        output: this.#agent.output,
        ready: () => this.#updates.ready(),
        onNotification: (method, params) => {
          this.#stopper.alive();
          if (method === methods.client.session.update && !this.#isReplaying) this.#updates.push(params);
        },
        onEnd: error => {
          if (error !== undefined) {
            this.#stopper.stop(
              new AcpFailure('agent_garbage', `${name} does not speak the protocol. ${error.message}`),
            );
          }
        },
      }),
    });
  }

  /** What cannot be recorded ends the task; the agent gets an error for anything else that goes wrong. */
  async #during<T>(answer: () => Promise<T>): Promise<T> {
    const hold = this.#stopper.busy();
    try {
      return await answer();
    } catch (error) {
      if (isSessionError(error)) this.#stopper.stop(error);
      throw error instanceof RequestError
        ? error
        : new RequestError(-32603, 'The request could not be carried out.');
    } finally {
      hold.dispose();
    }
  }

  async #open(connection: ClientConnection): Promise<OpenedSession> {
    const { name, agentRun } = this.#options;
    const { agent } = connection;
    const initialized = await this.#stopper.within(
      agent.request(methods.agent.initialize, {
        protocolVersion: PROTOCOL_VERSION,
        clientInfo: { name: 'coding-agent-sessions', title: 'Coding Agent Sessions', version: '1' },
        clientCapabilities: { fs: { readTextFile: true, writeTextFile: true }, terminal: false },
      }),
      ...([INITIALIZE_MS, 'start'] as const),
    );
    if (initialized.protocolVersion !== PROTOCOL_VERSION) {
      const version = String(initialized.protocolVersion);
      throw new AcpFailure(
        'agent_protocol',
        `${name} speaks version ${version} of the protocol, we speak ${String(PROTOCOL_VERSION)}.`,
      );
    }
    // What an agent replays of an old conversation is on record already.
    this.#isReplaying = true;
    const session = await openSession({
      ...{ agent, run: agentRun.run, name, capabilities: initialized.agentCapabilities },
      within: request => this.#stopper.within(request, OPEN_MS, 'open a conversation'),
    });
    this.#isReplaying = false;
    this.#selected = { model: session.model, agentSession: session.id };
    this.#isUnsupervised = session.cannotAsk;
    await this.#recordSelected();
    return session;
  }

  async #prompt(connection: ClientConnection, session: OpenedSession): Promise<TaskOutcome> {
    const { agentRun, name } = this.#options;
    const request = connection.agent.request(methods.agent.session.prompt, {
      sessionId: session.id,
      prompt: [{ type: 'text', text: promptFor(agentRun.run, session.goesOn) }],
    });
    const { stopReason } = await this.#stopper.whileAlive(request, MAX_SILENCE_MS);
    await this.#updates.settled();
    if (agentRun.run.signal.aborted) return cancelledOutcome();
    switch (stopReason) {
      case 'end_turn':
        return this.#ended();
      case 'cancelled':
        // Some agents stop at a denial.
        if (this.#calls.lastDenial !== undefined) return this.#ended();
        throw new AcpFailure('agent_cancelled', `${name} stopped by itself.`);
      case 'refusal':
        throw new AcpFailure('agent_refused', `${name} refused to go on with this conversation.`);
      case 'max_tokens':
        throw new AcpFailure('limit_tokens', `${name} reached its limit of tokens before the task was done.`);
      case 'max_turn_requests':
        throw new AcpFailure(
          'limit_steps',
          `${name} reached its limit of requests before the task was done.`,
        );
    }
  }

  #ended(): TaskOutcome {
    const { lastDenial } = this.#calls;
    if (lastDenial === undefined) return { status: 'completed', result: this.result };
    const { code, message } = lastDenial;
    return { status: 'failed', reason: 'denied', errorCode: code, error: message, result: this.result };
  }

  #cancel(connection: ClientConnection): void {
    const { name } = this.#options;
    const sessionId = this.#selected?.agentSession;
    const stopped = new AcpFailure('agent_cancelled', `${name} was stopped.`);
    if (sessionId === undefined) {
      this.#stopper.stop(stopped);
      return;
    }
    connection.agent.notify(methods.agent.session.cancel, { sessionId }).catch(() => undefined);
    this.#stopper.stopAfter(CANCEL_MS, stopped);
  }

  async #markUnsupervised(): Promise<void> {
    if (this.#isUnsupervised) return;
    this.#isUnsupervised = true;
    await this.#recordSelected();
  }

  async #recordSelected(): Promise<void> {
    const { run } = this.#options.agentRun;
    const { model, agentSession } = this.#selected ?? { model: null, agentSession: '' };
    const data = { taskId: run.task.id, agent: `acp:${this.#options.name}`, model, agentSession };
    await run.record({ type: 'agentSelected', data: { ...data, unsupervised: this.#isUnsupervised } });
  }
}
