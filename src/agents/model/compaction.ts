import type { ModelMessage } from 'ai';

/** The newest messages stay as they are: the model is at work with them. */
const KEPT_MESSAGES = 8;
const SHORT_CHARACTERS = 400;
/** Characters that make a token, roughly and on the safe side. */
const CHARACTERS_PER_TOKEN = 3.5;

/** About how many tokens the conversation has. */
export function estimateTokens(messages: readonly ModelMessage[]): number {
  return Math.ceil(
    messages.reduce((sum, message) => sum + sizeOf(message.content), 0) / CHARACTERS_PER_TOKEN,
  );
}

/**
 * A shorter conversation that says the same where it matters: older outputs and file contents are cut to their beginning; when
 * that is not enough, the oldest exchanges are replaced by a list of what was done. The first message (the task) and the newest
 * ones stay, and a call is never parted from its result.
 */
export function compact(messages: readonly ModelMessage[], maxTokens: number, plan: string): ModelMessage[] {
  const start = keptFrom(messages);
  const shortened = messages.map((message, index) =>
    index === 0 || index >= start ? message : shortenedMessage(message),
  );
  if (estimateTokens(shortened) <= maxTokens) return shortened;
  const [first] = shortened;
  if (first === undefined) return shortened;
  const done = shortened.slice(1, start).flatMap(deeds);
  const summary = [
    'The conversation so far was too long and has been shortened. What was done in it, oldest first:',
    ...done.slice(-120),
    ...(plan === '' ? [] : ['The plan as it stands:', plan]),
    'Look again at what you need to know exactly, then go on with the task.',
  ].join('\n');
  const rest = shortened.slice(start);
  const result: ModelMessage[] = [first, { role: 'user', content: summary }, ...rest];
  return estimateTokens(result) <= maxTokens
    ? result
    : [first, { role: 'user', content: summary }, ...rest.map(shortenedMessage)];
}

/** Where the newest messages begin: not between a call and its result. */
function keptFrom(messages: readonly ModelMessage[]): number {
  let start = Math.max(1, messages.length - KEPT_MESSAGES);
  while (start < messages.length && messages[start]?.role === 'tool') start++;
  return start;
}

function shortenedMessage(message: ModelMessage): ModelMessage {
  if (message.role === 'tool') {
    const content = message.content.map(part =>
      part.type === 'tool-result' && part.output.type === 'text'
        ? { ...part, output: { ...part.output, value: shortened(part.output.value) } }
        : part,
    );
    return { ...message, content };
  }
  if (message.role !== 'assistant' || typeof message.content === 'string') return message;
  const content = message.content.map(part => {
    if (part.type === 'text') return { ...part, text: shortened(part.text) };
    return part.type === 'tool-call' ? { ...part, input: shortenedInput(part.input) } : part;
  });
  return { ...message, content };
}

function shortenedInput(input: unknown): unknown {
  if (typeof input !== 'object' || input === null) return input;
  const entries = Object.entries(input);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, typeof value === 'string' ? shortened(value) : (value as unknown)]),
  );
}

function shortened(text: string): string {
  if (text.length <= SHORT_CHARACTERS) return text;
  return `${text.slice(0, SHORT_CHARACTERS)}\n[${String(text.length - SHORT_CHARACTERS)} more characters were cut to save room]`;
}

/** What an assistant's message did, a line each. */
function deeds(message: ModelMessage): string[] {
  if (message.role === 'user' && typeof message.content === 'string')
    return message.content.split('\n').filter(line => line.startsWith('- '));
  if (message.role !== 'assistant' || typeof message.content === 'string') return [];
  return message.content.flatMap(part =>
    part.type === 'tool-call' ? [`- ${part.toolName} ${argumentsOf(part.input)}`] : [],
  );
}

function argumentsOf(input: unknown): string {
  return JSON.stringify(input).slice(0, 160);
}

function sizeOf(content: unknown): number {
  return typeof content === 'string' ? content.length : JSON.stringify(content).length;
}
