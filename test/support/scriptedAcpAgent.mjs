// An agent that speaks ACP over standard input and output and behaves as its first argument says. Plain JSON lines, so that it
// can also break the rules. Its conversations are kept in $STATE, if there is one.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const behaviour = process.argv[2] ?? 'write';
const state = process.env.STATE;
const waiting = new Map();
let nextId = 1;
let cwd = process.cwd();
let sessionId = '';
let cancelled = () => undefined;

const send = message => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const update = value => send({ method: 'session/update', params: { sessionId, update: value } });
const say = text => update({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } });
const request = (method, params) =>
  new Promise((resolve, reject) => {
    waiting.set(nextId, { resolve, reject });
    send({ id: nextId++, method, params: { sessionId, ...params } });
  });

const options = [
  { optionId: 'yes', name: 'Allow', kind: 'allow_once' },
  { optionId: 'always', name: 'Always', kind: 'allow_always' },
  { optionId: 'no', name: 'Reject', kind: 'reject_once' },
];

async function askToWrite(path, content) {
  const toolCall = {
    toolCallId: `write ${path}`,
    ...{ title: `Write ${path}`, kind: 'edit', status: 'pending', rawInput: { file_path: path } },
    content: [{ type: 'diff', path, oldText: null, newText: content }],
    locations: [{ path }],
  };
  if (behaviour !== 'updatesOnly') update({ sessionUpdate: 'tool_call', ...toolCall });
  const answer = await request('session/request_permission', { toolCall, options });
  const allowed = answer.outcome.outcome === 'selected' && answer.outcome.optionId === 'yes';
  const done = status =>
    update({ sessionUpdate: 'tool_call_update', toolCallId: toolCall.toolCallId, status });
  if (!allowed) {
    done('failed');
    return answer.outcome.outcome;
  }
  done('in_progress');
  if (behaviour === 'fsWrite') await request('fs/write_text_file', { path, content });
  else writeFileSync(path, content);
  done('completed');
  return 'allowed';
}

const behaviours = {
  async write(text) {
    say('I will ');
    say('write a file. ');
    const outcome = await askToWrite(`${cwd}/made.txt`, `made for: ${text}\n`);
    say(outcome === 'allowed' ? 'Written.' : 'I was not allowed to.');
  },
  updatesOnly: text => behaviours.write(text),
  fsWrite: text => behaviours.write(text),
  async unasked() {
    const toolCallId = 'u';
    update({ sessionUpdate: 'tool_call', toolCallId, title: 'Write', kind: 'edit', status: 'in_progress' });
    writeFileSync(`${cwd}/made.txt`, 'unasked\n');
    update({ sessionUpdate: 'tool_call_update', toolCallId, status: 'completed' });
    say('Done.');
  },
  async plan() {
    const entries = [
      { content: 'Look', priority: 'high', status: 'in_progress' },
      { content: 'Write', priority: 'low', status: 'pending' },
    ];
    update({ sessionUpdate: 'plan', entries });
    await behaviours.write('plan');
    update({ sessionUpdate: 'plan', entries: entries.map(entry => ({ ...entry, status: 'completed' })) });
    update({
      sessionUpdate: 'usage_update',
      used: 1234,
      size: 200000,
      cost: { amount: 0.25, currency: 'USD' },
    });
    say('Planned and done.');
  },
  async outside() {
    const refused = [];
    await request('fs/read_text_file', { path: '/etc/passwd' }).catch(error => refused.push(error.message));
    await request('fs/write_text_file', { path: '../out.txt', content: 'x' }).catch(error =>
      refused.push(error.message),
    );
    refused.push(await askToWrite('/tmp/outside-of-everything.txt', 'x'));
    say(`Refused: ${refused.join(' | ')}`);
  },
  async missing() {
    const { content } = await request('fs/read_text_file', { path: `${cwd}/nowhere.txt` });
    say(`It has ${content.length} characters.`);
  },
  /** Told to stop while it asks, it gives its call up, as Claude does. */
  commandGivenUp: () => {
    cancelled = () => update({ sessionUpdate: 'tool_call_update', toolCallId: 'c', status: 'failed' });
    return behaviours.command();
  },
  async command() {
    const toolCall = { toolCallId: 'c', title: 'ls', kind: 'execute', rawInput: { command: 'touch ran' } };
    const answer = await request('session/request_permission', { toolCall, options });
    if (answer.outcome.optionId !== 'yes') return say('Not run.');
    writeFileSync(`${cwd}/ran`, '');
    const content = [{ type: 'content', content: { type: 'text', text: 'it ran\n' } }];
    update({ sessionUpdate: 'tool_call_update', toolCallId: 'c', status: 'completed', content });
    say('Run.');
  },
  async asksTwice() {
    const ask = command => {
      const toolCall = { toolCallId: 'same', title: command, kind: 'execute', rawInput: { command } };
      return request('session/request_permission', { toolCall, options });
    };
    const answers = [await ask('ls'), await ask('rm -rf .')];
    say(answers.map(answer => answer.outcome.optionId).join(', '));
  },
  async slow() {
    spawn('sleep', ['600'], { stdio: 'ignore' });
    say('Working');
    await new Promise(resolve => (cancelled = resolve));
    return 'cancelled';
  },
  async stubborn() {
    process.on('SIGTERM', () => undefined);
    spawn('sleep', ['600'], { stdio: 'ignore', detached: true });
    say('Working');
    await new Promise(() => undefined);
  },
  async asksForever() {
    const toolCall = { toolCallId: 'c', title: 'ls', kind: 'execute', rawInput: { command: 'ls' } };
    const answer = await request('session/request_permission', { toolCall, options });
    return answer.outcome.outcome === 'cancelled' ? 'cancelled' : 'end_turn';
  },
  async flood() {
    const text = 'flood '.repeat(2000);
    for (;;) {
      say(text);
      if (process.stdout.writableNeedDrain)
        await new Promise(resolve => process.stdout.once('drain', resolve));
    }
  },
  async floodCalls() {
    for (let index = 0; ; index++) {
      update({
        sessionUpdate: 'tool_call',
        toolCallId: String(index),
        title: 'x',
        kind: 'read',
        status: 'pending',
      });
      if (process.stdout.writableNeedDrain)
        await new Promise(resolve => process.stdout.once('drain', resolve));
    }
  },
  exit: () => {
    process.stderr.write('Something broke inside.\n');
    process.exit(3);
  },
  garbage: () => {
    for (let index = 0; index < 5000; index++)
      process.stdout.write(`\u0007 no message ${index} {"jsonrpc":\n`);
  },
  noise: async text => {
    process.stdout.write('Debugger attached.\n[1,2]\n"text"\n{"jsonrpc":"2.0"}\n\n');
    update({ sessionUpdate: 'tool_call', toolCallId: 'n', title: 5, kind: 'strange', status: 'completed' });
    update({ sessionUpdate: 'something_new', value: 1 });
    await behaviours.write(text);
  },
  longLine: () => {
    const part = 'x'.repeat(1024 * 1024);
    for (let index = 0; index < 40; index++) process.stdout.write(part);
  },
  hang: () => new Promise(() => undefined),
  refusal: () => 'refusal',
};

const answers = {
  initialize: () => {
    if (behaviour === 'silent') return new Promise(() => undefined);
    if (behaviour === 'exitAtOnce') process.exit(7);
    return {
      protocolVersion: behaviour === 'version' ? 99 : 1,
      agentCapabilities: {
        loadSession: process.env.RESUME === 'load',
        sessionCapabilities: process.env.RESUME === 'resume' ? { resume: {} } : {},
      },
      authMethods: [],
    };
  },
  'session/new': params => {
    if (behaviour === 'auth') throw { code: -32000, message: 'Authentication required' };
    cwd = params.cwd;
    sessionId = `s-${process.pid}`;
    remember([]);
    return { sessionId, ...modes() };
  },
  'session/load': params => {
    goOn(params);
    say('This was said long ago.');
    return modes();
  },
  'session/resume': params => {
    goOn(params);
    return modes();
  },
  'session/set_mode': params => {
    mode = params.modeId;
    return {};
  },
  'session/prompt': async params => {
    const text = params.prompt.map(part => part.text).join('');
    const said = [...(remembered() ?? []), text];
    remember(said);
    if (process.env.TELL === 'memory') say(`I know ${said.length} prompts. `);
    const stopReason = await behaviours[behaviour]?.(text);
    return { stopReason: typeof stopReason === 'string' ? stopReason : 'end_turn' };
  },
};

let mode = 'yolo';
function modes() {
  if (process.env.MODES === undefined) return {};
  const availableModes = process.env.MODES.split(',').map(id => ({ id, name: id }));
  return { modes: { currentModeId: mode, availableModes } };
}

function remembered() {
  const file = `${state}/${sessionId}.json`;
  return state !== undefined && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

function remember(said) {
  if (state !== undefined) writeFileSync(`${state}/${sessionId}.json`, JSON.stringify(said));
  if (state !== undefined) writeFileSync(`${state}/mode`, mode);
}

function goOn(params) {
  sessionId = params.sessionId;
  cwd = params.cwd;
  if (remembered() === undefined) throw { code: -32002, message: 'Resource not found' };
}

createInterface({ input: process.stdin }).on('line', async line => {
  const message = JSON.parse(line);
  if (message.method === 'session/cancel') return cancelled();
  if (message.method === undefined) {
    const { resolve, reject } = waiting.get(message.id);
    return message.error === undefined ? resolve(message.result) : reject(message.error);
  }
  try {
    send({ id: message.id, result: (await answers[message.method](message.params)) ?? {} });
  } catch (error) {
    send({ id: message.id, error: { code: error.code ?? -32603, message: error.message } });
  }
});
