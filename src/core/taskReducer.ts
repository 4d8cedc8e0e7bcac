import type { PlanRecord, SessionRecord, TaskEvent } from './events.ts';
import { mergeChanges, settleChanges } from './fileChanges.ts';
import type { AgentPlan, PlanStep } from './plan.ts';
import type { SessionState } from './state.ts';
import { type AgentTask, type FileChange, asForeign, isFinished } from './task.ts';
import { checkpointFields, isRestoreEvent, restoredTask } from './taskRestoring.ts';
import { reduceToolCallEvent, withoutEnded } from './toolCallReducer.ts';
import { reduceFinishedTask, withAwaiting } from './verificationReducer.ts';

/** The part of the reducer that concerns one task. Of a finished task nothing changes but its evidence and whether what it
 * did is in the workspace; a lost run right changes nothing. */
export function reduceTaskEvent(
  before: SessionState,
  event: TaskEvent,
  record: SessionRecord,
  at: Date,
): SessionState {
  if (event.type === 'taskCreated') return createTask(before, event.data, at);
  const state =
    before.tasks.get(event.data.taskId) === undefined ? withLostTask(before, event.data.taskId, at) : before;
  const task = state.tasks.get(event.data.taskId);
  if (task === undefined) return before;
  if (isRestoreEvent(event)) return isFinished(task) ? putTask(state, restoredTask(task, event, at)) : before;
  if (lostRunRight(state, task, event, record)) return before;
  if (isFinished(task)) return reduceFinishedTask(before, task, event, at);
  const touched = (fields: Partial<AgentTask>): SessionState =>
    putTask(state, { ...task, ...fields, updatedAt: at });
  switch (event.type) {
    case 'taskStarted':
      return startTask(state, task, event.data, at);
    case 'agentSelected': {
      const { agent, model, unsupervised, agentSession } = event.data;
      const conversation = agentSession === undefined ? {} : { agentSession };
      return touched({ agent, model, unsupervised: unsupervised ?? task.unsupervised, ...conversation });
    }
    case 'planCreated':
    case 'planRevised':
      return putPlan(state, task, planOf(task, event.data.plan), at);
    case 'stepChanged':
      return task.plan === undefined
        ? state
        : putPlan(state, task, changeStep(task.plan, event.data, at), at);
    case 'filesChanged':
      return touched({ filesChanged: changedFiles(task.filesChanged, event.data) });
    case 'checkpointTaken':
      return touched(checkpointFields(event.data));
    case 'commitMade':
      return touched({ commits: [...task.commits, event.data.commit] });
    case 'usageReported':
      return touched({ usage: event.data.usage });
    case 'cancelRequested':
      return touched({ cancelRequested: true });
    case 'approvalRequested':
    case 'approvalDecided':
      return {
        ...putTask(state, withAwaiting({ ...task, updatedAt: at }, awaitingAfter(event))),
        toolCalls: reduceToolCallEvent(state.toolCalls, event, at),
      };
    case 'taskAwaited':
      return putTask(state, withAwaiting({ ...task, updatedAt: at }, event.data.awaiting));
    case 'verificationRecorded':
      return touched({ verification: { ...event.data.verification, at } });
    case 'verificationRequested':
    case 'verificationStarted':
    case 'verificationEnded':
      return before;
    case 'taskCompleted':
    case 'taskFailed':
      return endTask(state, task, event, at);
    default:
      return { ...state, toolCalls: reduceToolCallEvent(state.toolCalls, event, at) };
  }
}

function changedFiles(
  known: readonly FileChange[],
  { changes, settled }: Extract<TaskEvent, { type: 'filesChanged' }>['data'],
): readonly FileChange[] {
  return settled === true ? settleChanges(known, changes) : mergeChanges(known, changes);
}

function awaitingAfter(
  event: Extract<TaskEvent, { type: 'approvalRequested' | 'approvalDecided' }>,
): AgentTask['awaiting'] | null {
  if (event.type === 'approvalDecided') return null;
  return event.data.expects === 'text' ? 'input' : 'approval';
}

/** A run's records carry its epoch; those of a run that lost its right to a newer one are a zombie's. */
function lostRunRight(
  state: SessionState,
  task: AgentTask,
  event: TaskEvent,
  record: SessionRecord,
): boolean {
  if (event.type === 'taskStarted' || event.type === 'verificationStarted')
    return event.data.epoch <= state.epoch;
  if (record.epoch === undefined) return false;
  return state.live.find(live => live.taskId === task.id)?.epoch !== record.epoch;
}

function createTask(
  state: SessionState,
  data: Extract<TaskEvent, { type: 'taskCreated' }>['data'],
  at: Date,
): SessionState {
  if (state.tasks.get(data.taskId) !== undefined) return state;
  const task: AgentTask = {
    ...blankTask(data.taskId, state.metadata.sessionId, at),
    type: data.taskType,
    description: data.description,
    origin: data.origin,
    agent: data.agent,
    attempt: data.attempt,
    ...(data.retryOf === undefined ? {} : { retryOf: data.retryOf }),
    ...(data.continues === undefined ? {} : { continues: data.continues }),
    ...(data.seal === undefined ? {} : { seal: data.seal }),
    ...(data.verify === undefined ? {} : { verify: data.verify }),
    ...(data.verifySeal === undefined ? {} : { verifySeal: data.verifySeal }),
  };
  const { metadata } = state;
  return {
    ...putTask(state, metadata.imported === undefined ? task : asForeign(task)),
    live: [...state.live, { taskId: task.id, owner: data.owner, epoch: null }],
    metadata: {
      ...metadata,
      tasks: [...metadata.tasks, task.id],
      totalTasks: metadata.totalTasks + 1,
      title: metadata.title === '' ? titleFrom(task.description) : metadata.title,
    },
  };
}

/** A session that nobody named is called after its first task: the first line, at most 80 characters. */
export function titleFrom(description: string): string {
  const line = description.trim().split('\n', 1)[0]?.trim() ?? '';
  return line.length <= 80 ? line : `${line.slice(0, 79)}…`;
}

/** A task of which nothing is known yet. */
export function blankTask(id: string, sessionId: string, at: Date): AgentTask {
  return {
    id,
    sessionId,
    type: 'code',
    description: '',
    status: 'pending',
    createdAt: at,
    updatedAt: at,
    origin: 'foreign',
    agent: 'auto',
    model: null,
    attempt: 1,
    executionTime: null,
    usage: null,
    filesChanged: [],
    commits: [],
    checkpoint: null,
    unsupervised: false,
    verification: null,
  };
}

/** A task whose creation record is damaged: what came after it is still told. */
function withLostTask(state: SessionState, taskId: string, at: Date): SessionState {
  const { metadata } = state;
  return {
    ...putTask(state, blankTask(taskId, metadata.sessionId, at)),
    metadata: { ...metadata, tasks: [...metadata.tasks, taskId], totalTasks: metadata.totalTasks + 1 },
  };
}

function startTask(
  state: SessionState,
  task: AgentTask,
  data: Extract<TaskEvent, { type: 'taskStarted' }>['data'],
  at: Date,
): SessionState {
  const live = state.live.filter(entry => entry.taskId !== task.id);
  return {
    ...putTask(state, { ...task, status: 'running', startedAt: at, updatedAt: at }),
    live: [{ taskId: task.id, owner: data.owner, epoch: data.epoch }, ...live],
    epoch: data.epoch,
    toolCalls: withoutEnded(state.toolCalls, taskId => isEnded(state, taskId)),
  };
}

function isEnded({ tasks }: SessionState, taskId: string): boolean {
  const task = tasks.get(taskId);
  return task !== undefined && isFinished(task);
}

function endTask(
  state: SessionState,
  task: AgentTask,
  event: Extract<TaskEvent, { type: 'taskCompleted' | 'taskFailed' }>,
  at: Date,
): SessionState {
  const { metadata } = state;
  const completed = event.type === 'taskCompleted';
  const { executionTime, result } = event.data;
  const ended: AgentTask = {
    ...withAwaiting(task, null),
    status: completed ? 'completed' : 'failed',
    endedAt: at,
    updatedAt: at,
    executionTime,
    ...(result === undefined ? {} : { result }),
    ...(completed
      ? {}
      : { reason: event.data.reason, errorCode: event.data.errorCode, error: event.data.error }),
    ...(completed || event.data.waitedFor === undefined ? {} : { waitedFor: event.data.waitedFor }),
  };
  const closed =
    task.plan === undefined ? state : putPlan(state, ended, closeSteps(task.plan, completed, at), at);
  return {
    ...(task.plan === undefined ? putTask(closed, ended) : closed),
    live: state.live.filter(entry => entry.taskId !== task.id),
    toolCalls: reduceToolCallEvent(state.toolCalls, event, at),
    metadata: {
      ...metadata,
      completedTasks: metadata.completedTasks + (completed ? 1 : 0),
      failedTasks: metadata.failedTasks + (completed ? 0 : 1),
      totalExecutionTime: metadata.totalExecutionTime + (executionTime ?? 0),
      plans: closed.metadata.plans,
    },
  };
}

function putTask(state: SessionState, task: AgentTask): SessionState {
  return { ...state, tasks: state.tasks.set(task) };
}

/** A new version of a plan; the steps that it keeps were started and ended when they were. */
function planOf(task: AgentTask, plan: PlanRecord): AgentPlan {
  const known = new Map(task.plan?.id === plan.id ? task.plan.steps.map(step => [step.id, step]) : []);
  const steps = plan.steps.map(step => {
    const { startedAt, endedAt } = known.get(step.id) ?? {};
    return { ...step, ...(startedAt && { startedAt }), ...(endedAt && { endedAt }) };
  });
  return { ...plan, steps, taskId: task.id, sessionId: task.sessionId };
}

function putPlan(state: SessionState, task: AgentTask, plan: AgentPlan, at: Date): SessionState {
  const { metadata } = state;
  const isNew = state.plans.get(plan.id) === undefined;
  return {
    ...putTask(state, { ...task, plan, updatedAt: at }),
    plans: state.plans.set(plan),
    metadata: isNew ? { ...metadata, plans: [...metadata.plans, plan.id] } : metadata,
  };
}

function changeStep(
  plan: AgentPlan,
  data: Extract<TaskEvent, { type: 'stepChanged' }>['data'],
  at: Date,
): AgentPlan {
  return {
    ...plan,
    steps: plan.steps.map(step =>
      step.id === data.stepId ? moveStep(step, data.status, at, data.detail) : step,
    ),
  };
}

function moveStep(step: PlanStep, status: PlanStep['status'], at: Date, detail?: string): PlanStep {
  const started = status === 'in_progress' ? { startedAt: at } : {};
  const ended = status === 'completed' || status === 'failed' ? { endedAt: at } : {};
  return { ...step, status, ...started, ...ended, ...(detail === undefined ? {} : { detail }) };
}

/** When a task ends, what it was at shares its outcome and what it did not reach is skipped. */
function closeSteps(plan: AgentPlan, completed: boolean, at: Date): AgentPlan {
  const steps = plan.steps.map(step => {
    if (step.status === 'in_progress') return moveStep(step, completed ? 'completed' : 'failed', at);
    return step.status === 'pending' ? moveStep(step, 'skipped', at) : step;
  });
  return { ...plan, steps };
}
