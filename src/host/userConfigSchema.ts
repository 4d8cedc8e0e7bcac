import * as z from 'zod';
import { messageOf } from '../core/errors.ts';
import { parseAgent } from '../core/input.ts';

const agent = z.string().superRefine((value, context) => {
  try {
    parseAgent(value);
  } catch (error) {
    context.addIssue({ code: 'custom', message: messageOf(error) });
  }
});

const model = z.strictObject({
  provider: z.enum(['vscode', 'openai-compatible', 'anthropic']),
  model: z.string().min(1).optional(),
  baseUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** The name of the environment variable that holds the key: the key itself is never in a file. */
  apiKeyEnv: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable, not the key itself')
    .optional(),
  /** How far one task may go. */
  limits: z
    .strictObject({
      steps: z.int().positive().optional(),
      tokens: z.int().positive().optional(),
      cost: z.number().positive().optional(),
      minutes: z.number().positive().optional(),
    })
    .optional(),
  /** US dollars for a million tokens. */
  price: z.strictObject({ input: z.number().nonnegative(), output: z.number().nonnegative() }).optional(),
  /** How many tokens the model can take in at once. */
  contextTokens: z.int().min(2000).optional(),
});

const acpAgent = z.strictObject({
  command: z.string().min(1),
  args: z.array(z.string()).optional(),
  env: z.record(z.string(), z.string()).optional(),
});

const condition = z
  .strictObject({
    tool: z.string().min(1).optional(),
    class: z.enum(['read', 'write', 'protected', 'outside', 'execute', 'network']).optional(),
    args: z.array(z.string()).min(1).optional(),
    subject: z.string().min(1).optional(),
    reason: z.string().min(1).max(500).optional(),
  })
  .refine(
    ({ reason: _reason, ...conditions }) => Object.keys(conditions).length > 0,
    'a rule needs a condition',
  );

/** What gives permission for a program names it: by which tool it would be started says nothing. */
const allowance = condition.refine(
  ({ tool, class: wanted, args, subject }) =>
    args !== undefined ||
    subject !== undefined ||
    !(tool === 'run_command' || tool === 'git' || wanted === 'execute'),
  'programs are allowed by their args or their exact subject',
);

const permissions = z.strictObject({
  deny: z.array(condition).max(1000).optional(),
  ask: z.array(condition).max(1000).optional(),
  allow: z.array(allowance).max(1000).optional(),
});

export const userConfig = z.strictObject({
  agent: agent.optional(),
  model: model.optional(),
  acpAgents: z.record(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/), acpAgent).optional(),
  permissions: permissions.optional(),
  verify: z.string().min(1).optional(),
  /** Sends spans to an OpenTelemetry collector (`env`: the one of OTEL_EXPORTER_OTLP_ENDPOINT), with texts only if `content`. */
  otel: z
    .strictObject({
      endpoint: z.union([z.literal('env'), z.url({ protocol: /^https?$/ })]).optional(),
      content: z.boolean().optional(),
    })
    .optional(),
  /** Whether commits of all changes name their task in a trailer. */
  commitTrailer: z.boolean().optional(),
  /** Days that a deleted session is kept before `sessions purge --expired` removes it. */
  trashDays: z.int().nonnegative().optional(),
  /** Whether the workspace is captured before and after each task, so that it can be undone. */
  checkpoints: z.boolean().optional(),
  /** Gigabytes that checkpoints may take before the oldest go; 0: any number. */
  checkpointGigabytes: z.number().nonnegative().optional(),
  /** Days that checkpoints are kept before `sessions purge --checkpoints` removes them. */
  checkpointDays: z.int().nonnegative().optional(),
});

/** `config.json` in the user's profile: the settings of the editor under the same keys, for the CLI and the server. */
export type UserConfig = z.infer<typeof userConfig>;
