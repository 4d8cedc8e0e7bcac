import * as z from 'zod';
import type { AgentPlan, PlanStep } from '../../core/plan.ts';
import type { CoveredFiles, FileChange, Usage, Verification } from '../../core/task.ts';
import type { Decision, OutputSummary, ProcessIdentity, ToolCall } from '../../core/toolCall.ts';
import type { PublicTask } from '../../core/publicTask.ts';
import type { OpenQuestion, TaskView } from '../../core/taskView.ts';
import { wire } from '../wire.ts';
import { named } from './registry.ts';
import { sessionId, time } from './sessionSchemas.ts';
import { sessionStats, taskType } from './statsSchemas.ts';

const planStep = named(
  'PlanStep',
  wire<PlanStep>()(
    z.object({
      id: z.string(),
      title: z.string(),
      status: z.enum(['pending', 'in_progress', 'completed', 'failed', 'skipped']),
      detail: z.string().exactOptional(),
      startedAt: time.exactOptional(),
      endedAt: time.exactOptional(),
    }),
  ),
);

const agentPlan = named(
  'AgentPlan',
  wire<AgentPlan>()(
    z.object({
      id: z.string(),
      taskId: z.string(),
      sessionId,
      version: z.number().describe('From 1, without gaps.'),
      steps: z.array(planStep),
    }),
  ),
);

export const fileChangeFields = {
  path: z.string().describe("Relative to the session's working directory, with `/`."),
  kind: z.enum(['added', 'modified', 'deleted', 'renamed']),
  from: z.string().exactOptional().describe('The former path of a renamed file.'),
  before: z.string().exactOptional().describe('SHA-256 of the content before.'),
  after: z.string().exactOptional().describe('SHA-256 of the content after.'),
  added: z.number().exactOptional().describe('Lines.'),
  removed: z.number().exactOptional().describe('Lines.'),
  mode: z
    .object({ before: z.string(), after: z.string() })
    .exactOptional()
    .describe("Git's modes, when they differ."),
  shared: z
    .boolean()
    .exactOptional()
    .describe('Somebody else was at work on it at the same time: whose the change is cannot be told.'),
};

export const fileChange = named('FileChange', wire<FileChange>()(z.object(fileChangeFields)));

const usage = named(
  'Usage',
  wire<Usage>()(
    z.object({
      inputTokens: z.number().nullable(),
      outputTokens: z.number().nullable(),
      cost: z.number().nullable().describe('US dollars.'),
    }),
  ),
);

const output = named(
  'OutputSummary',
  wire<OutputSummary>()(z.object({ bytes: z.number(), tail: z.string(), blob: z.string().exactOptional() })),
);

const coveredFiles = named(
  'CoveredFiles',
  wire<CoveredFiles>()(
    z.object({ files: z.number(), hash: z.string().describe('SHA-256 over their paths and contents.') }),
  ),
);

export const verification = named(
  'Verification',
  wire<Verification>()(
    z.object({
      command: z.string(),
      exitCode: z.number().nullable().describe('Null when it was stopped.'),
      outputHash: z.string().describe('SHA-256 of the whole output.'),
      tree: z.string().nullable().describe('Hash of the tree that the command ran on.'),
      at: time,
      passed: z.boolean(),
      callId: z.string().exactOptional().describe('The tool call that ran it.'),
      output: output.exactOptional(),
      covered: coveredFiles
        .exactOptional()
        .describe('The files that the task had changed, as they were when it began.'),
      stale: z
        .boolean()
        .nullable()
        .exactOptional()
        .describe(
          'Whether files that it covers changed since; null when that cannot be told. Only where a single task is read.',
        ),
    }),
  ),
);

const processIdentity = named(
  'ProcessIdentity',
  wire<ProcessIdentity>()(z.object({ pid: z.number(), start: z.string().nullable() })),
);

const taskFields = {
  id: z.string(),
  sessionId,
  type: taskType,
  description: z.string().describe('The text as it was given.'),
  status: z.enum(['pending', 'running', 'completed', 'failed']),
  createdAt: time,
  updatedAt: time,
  result: z.unknown().optional(),
  error: z.string().exactOptional().describe('What happened, what was kept, what to do next.'),
  plan: agentPlan.exactOptional().describe('The newest version of the plan.'),
  origin: z.enum(['person', 'foreign']),
  cancelRequested: z.boolean().exactOptional(),
  reason: z
    .enum(['error', 'cancelled', 'interrupted', 'denied', 'timeout', 'verification'])
    .exactOptional()
    .describe('Present exactly while `status` is `failed`.'),
  errorCode: z.string().exactOptional(),
  awaiting: z
    .enum(['approval', 'input', 'storage'])
    .exactOptional()
    .describe('What a running task waits for.'),
  agent: z.string(),
  model: z.string().nullable(),
  agentSession: z.string().exactOptional().describe("The agent's own id of the conversation."),
  attempt: z.number(),
  retryOf: z.string().exactOptional(),
  continues: z
    .string()
    .exactOptional()
    .describe('The attempt that it goes on from, after its question was answered.'),
  waitedFor: z
    .string()
    .exactOptional()
    .describe(
      'Of an interrupted task: the call whose answer it waited for. While it is in `approvals`, answering goes on.',
    ),
  startedAt: time.exactOptional(),
  endedAt: time.exactOptional(),
  executionTime: z.number().nullable().describe('Milliseconds.'),
  usage: usage.nullable(),
  filesChanged: z.array(fileChange),
  commits: z.array(z.string()),
  checkpoint: z.string().nullable().describe('The workspace before the task.'),
  checkpointAfter: z.string().exactOptional().describe('The workspace after the task.'),
  checkpointProblem: z.string().exactOptional().describe('Why a checkpoint is missing.'),
  undone: z
    .object({ at: time, checkpoint: z.string() })
    .exactOptional()
    .describe('Present while its changes are taken back.'),
  restoring: z
    .object({
      undone: z.boolean(),
      checkpoint: z.string(),
      force: z.boolean(),
      owner: processIdentity.extend({
        host: z.string(),
        boot: z.string().nullable(),
        pidNamespace: z.string().nullable(),
        nonce: z.string(),
      }),
    })
    .exactOptional()
    .describe('Present while an undo is at work.'),
  unsupervised: z.boolean(),
  verification: verification
    .nullable()
    .describe('The newest evidence; independent of `status` after the end.'),
  verify: z.string().exactOptional().describe('The command that was asked for to verify it.'),
  copyOf: z
    .object({
      ...{ sessionId, taskId: z.string() },
      ...{ checkpoint: z.string().exactOptional(), checkpointAfter: z.string().exactOptional() },
    })
    .exactOptional()
    .describe('Of a fork: the task of the other session that this is a copy of, and its checkpoints.'),
  verifying: z.boolean().exactOptional().describe('Whether it is verified again after its end.'),
};

const agentTask = named('AgentTask', wire<PublicTask>()(z.object(taskFields)));

const decision = named(
  'Decision',
  wire<Decision>()(
    z.object({
      allowed: z.boolean(),
      by: z.enum(['instruction', 'person', 'flag', 'rule', 'none']),
      scope: z.enum(['once', 'session', 'exact']),
      reason: z.string().exactOptional(),
      text: z.string().exactOptional(),
    }),
  ),
);

const toolCall = named(
  'ToolCall',
  wire<ToolCall>()(
    z.object({
      id: z.string(),
      taskId: z.string(),
      stepId: z.string().nullable(),
      tool: z.string(),
      input: z.record(z.string(), z.unknown()),
      status: z.enum([
        ...(['requested', 'awaiting_approval', 'running', 'completed'] as const),
        ...(['failed', 'denied', 'cancelled', 'interrupted'] as const),
      ]),
      requestedAt: time,
      endedAt: time.exactOptional(),
      decision: decision.exactOptional(),
      approvalId: z.string().exactOptional(),
      subject: z.string().exactOptional(),
      hash: z.string().exactOptional(),
      expects: z.literal('text').exactOptional(),
      onceOnly: z.literal(true).exactOptional(),
      exitCode: z.number().nullable().exactOptional(),
      duration: z.number().nullable().exactOptional(),
      error: z.string().exactOptional(),
      output: output.exactOptional(),
      process: processIdentity.exactOptional(),
    }),
  ),
);

const openQuestion = named(
  'OpenQuestion',
  wire<OpenQuestion>()(
    z.object({
      approvalId: z.string(),
      callId: z.string(),
      tool: z.string(),
      subject: z.string().describe('Exactly what would be done: the full command, diff or instruction.'),
      hash: z.string().describe('SHA-256 of the bytes that the answer is bound to.'),
      expects: z
        .literal('text')
        .exactOptional()
        .describe('The answer is a `text`; else the question is allowed or denied.'),
      onceOnly: z.literal(true).exactOptional().describe('It can be allowed for this time only.'),
    }),
  ),
);

export const taskView = named(
  'Task',
  wire<TaskView>()(
    z.object({
      ...taskFields,
      toolCalls: z.array(toolCall).describe('What the agent did, oldest first.'),
      approvals: z.array(openQuestion).describe('What the task asks and waits for.'),
    }),
  ),
);

export const taskList = named('TaskList', z.object({ tasks: z.array(agentTask).describe('Oldest first.') }));

export const executed = named(
  'Executed',
  z.object({ sessionId, taskId: z.string(), task: agentTask, stats: sessionStats }),
);

export const execute = named(
  'Execute',
  z.strictObject({
    task: z.string().describe('What is to be done. At most 32 KiB.'),
    sessionId: sessionId.optional().describe('The current session, or a new one, when not given.'),
    type: taskType.optional().describe('Found out from the text when not given.'),
    agent: z.string().optional().describe('`auto` (when not given), `direct`, `model` or `acp:NAME`.'),
    verify: z
      .string()
      .optional()
      .describe(
        'A command that verifies the task after its agent reported success; what it does not confirm has failed.',
      ),
  }),
);

export const retry = named(
  'Retry',
  z.strictObject({
    agent: z.string().optional().describe('Another agent than the one of the attempt before.'),
  }),
);

export const verify = named(
  'Verify',
  z.strictObject({
    command: z
      .string()
      .optional()
      .describe('The one that verified the task before, else the one in the settings, when not given.'),
  }),
);

export const decide = named(
  'Decide',
  z.strictObject({
    decision: z
      .enum(['allow', 'deny', 'approve', 'reject'])
      .describe('`approve` is another word for `allow`, `reject` for `deny`.'),
    scope: z
      .enum(['once', 'session', 'exact'])
      .optional()
      .describe('How long an allowance holds: this call (when not given), this session, this exact command.'),
    reason: z.string().max(2000).optional().describe('Why it was denied; goes back to the agent.'),
    text: z
      .string()
      .max(8000)
      .optional()
      .describe('The answer in words, with `allow`, to a question that expects a text.'),
  }),
);
