import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { type Logger, nullLogger } from '../../src/core/logger.ts';
import { RecordMap } from '../../src/core/recordMap.ts';
import { emptyState } from '../../src/core/state.ts';
import type { AgentTask } from '../../src/core/task.ts';
import { openHost, profileIn, unattended } from '../support/openHost.ts';
import type { Host, OtelSettings } from '../../src/host/host.ts';
import { SpanMaker } from '../../src/host/otel/spans.ts';
import { useTemporaryFolder } from '../support/temporaryFolder.ts';
import { OtlpReceiver, type ReceivedSpan } from './support/otlpReceiver.ts';

const SECRET = 'words-of-a-person';

describe('the OpenTelemetry export', function () {
  const folder = useTemporaryFolder();
  let receiver: OtlpReceiver;
  let endpoint: string;
  let warnings: string[];
  const logger: Logger = { ...nullLogger, warn: message => warnings.push(message) };

  beforeEach(async () => {
    warnings = [];
    receiver = new OtlpReceiver();
    endpoint = await receiver.listen();
  });
  afterEach(async () => {
    delete process.env['OTEL_EXPORTER_OTLP_ENDPOINT'];
    await receiver.close();
  });

  function host(settings?: OtelSettings | (() => OtelSettings | undefined)): Promise<Host> {
    const root = join(folder(), 'work');
    mkdirSync(root, { recursive: true });
    return openHost(root, profileIn(folder()), {
      logger,
      approvals: unattended.approvals,
      otelSettings: () => (typeof settings === 'function' ? settings() : settings),
    });
  }

  /** A session with a task that completes and one that fails; resolves when the host is closed. */
  async function work(opened: Host): Promise<string> {
    const { sessions } = opened;
    const { sessionId } = await sessions.createSession({ title: SECRET });
    await sessions.executeTask({ task: `$ echo ${SECRET}`, sessionId });
    const failed = await sessions.executeTask({ task: '$ exit 3', sessionId });
    assert.equal(failed.status, 'failed');
    await sessions.endSession(sessionId);
    await opened.close();
    return sessionId;
  }

  const named = (name: string): ReceivedSpan[] => receiver.spans.filter(span => span.name === name);

  it('is off unless the person names a collector: nothing is loaded, nothing connects', async () => {
    const loaded: string[] = [];
    const hooks = registerHooks({
      resolve: (specifier, context, next) => {
        if (/otelExport|opentelemetry/.test(specifier)) loaded.push(specifier);
        return next(specifier, context);
      },
    });
    try {
      // The environment alone is not the person's wish.
      process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = endpoint;
      await work(await host());
      assert.deepEqual([loaded, receiver.connections], [[], 0]);
      await work(await host({ endpoint: 'env', content: false }));
      assert.ok(
        loaded.length > 0 && receiver.connections > 0,
        'and the environment counts where they said so',
      );
      delete process.env['OTEL_EXPORTER_OTLP_ENDPOINT'];
      const { connections } = receiver;
      await work(await host({ endpoint: 'env', content: false }));
      assert.equal(receiver.connections, connections);
    } finally {
      hooks.deregister();
    }
  });

  it('sends a session as a trace of its tasks and their calls, without any text', async () => {
    const sessionId = await work(await host({ endpoint, content: false }));
    assert.ok(receiver.paths.length > 0 && receiver.paths.every(path => path === '/v1/traces'));
    assert.ok(receiver.services.every(service => service === 'coding-agent-sessions'));
    const [session, [done, failed], [echo, exit]] = [
      named('session')[0],
      named('invoke_agent direct'),
      named('execute_tool run_command'),
    ];
    assert.ok(session && done && failed && echo && exit);
    assert.equal(receiver.spans.length, 5);
    assert.ok(receiver.spans.every(span => span.traceId === sessionId.replaceAll('-', '')));
    assert.ok(receiver.spans.every(span => BigInt(span.startTimeUnixNano) <= BigInt(span.endTimeUnixNano)));
    assert.equal(new Set(receiver.spans.map(span => span.spanId)).size, 5);
    assert.deepEqual([done.parentSpanId, failed.parentSpanId], [session.spanId, session.spanId]);
    assert.deepEqual([echo.parentSpanId, exit.parentSpanId], [done.spanId, failed.spanId]);
    const { attributes } = done;
    assert.equal(attributes['gen_ai.operation.name'], 'invoke_agent');
    assert.equal(attributes['gen_ai.agent.name'], 'direct');
    assert.equal(attributes['gen_ai.conversation.id'], sessionId);
    assert.equal(attributes['coding_agent.task.outcome'], 'completed');
    assert.equal(failed.attributes['error.type'], 'exit_code');
    assert.equal(failed.status.code, 2);
    assert.equal(exit.attributes['gen_ai.operation.name'], 'execute_tool');
    assert.equal(exit.attributes['gen_ai.tool.name'], 'run_command');
    assert.equal(exit.attributes['process.exit.code'], 3);
    assert.equal(session.attributes['coding_agent.session.tasks'], 2);
    assert.ok(!receiver.body.includes(SECRET), 'no text of a person');
    assert.ok(!receiver.body.includes(folder()), 'no path');
    assert.deepEqual(warnings, []);
  });

  it('sends texts where a second setting allows it; config.json has the same settings', async () => {
    mkdirSync(join(folder(), 'config'), { recursive: true });
    writeFileSync(
      join(folder(), 'config', 'config.json'),
      JSON.stringify({ otel: { endpoint, content: true } }),
    );
    await work(await host());
    const [task] = named('invoke_agent direct');
    assert.deepEqual(JSON.parse(String(task?.attributes['gen_ai.input.messages'])), [
      { role: 'user', parts: [{ type: 'text', content: `$ echo ${SECRET}` }] },
    ]);
    const [call] = named('execute_tool run_command');
    assert.match(String(call?.attributes['gen_ai.tool.call.result']), new RegExp(SECRET));
  });

  for (const mode of ['refuse', 'hang', 'gone'] as const) {
    it(`disturbs no task when the collector fails (${mode}), and says so once`, async () => {
      if (mode === 'gone') await receiver.close();
      else receiver.mode = mode;
      const opened = await host({ endpoint, content: false });
      const { sessionId } = await opened.sessions.createSession();
      for (let n = 0; n < 5; n++)
        assert.equal((await opened.sessions.executeTask({ task: '$ true', sessionId })).status, 'completed');
      await opened.close();
      assert.equal(warnings.length, 1, warnings.join('\n'));
      assert.match(warnings[0] ?? '', /could not be sent to the OpenTelemetry collector/);
      if (mode === 'gone') receiver = new OtlpReceiver();
      if (mode === 'gone') await receiver.listen();
    });
  }

  it('is off, and says why, when the address is none', async () => {
    await work(await host({ endpoint: 'collector:4318', content: false }));
    assert.match(warnings.join(), /otel\.endpoint cannot be used: "collector:4318"/);
  });

  it('follows the settings while tasks run: on, to another collector, off', async () => {
    const other = new OtlpReceiver();
    const elsewhere = await other.listen();
    let settings: OtelSettings | undefined;
    const opened = await host(() => settings);
    const { sessionId } = await opened.sessions.createSession();
    const run = async (change: OtelSettings | undefined): Promise<void> => {
      settings = change;
      await opened.followOtelSettings();
      await opened.sessions.executeTask({ task: '$ true', sessionId });
    };
    try {
      await run(undefined);
      await run({ endpoint, content: false });
      // The same again stops nothing.
      await run({ endpoint, content: false });
      assert.equal(other.connections, 0);
      await run({ endpoint: elsewhere, content: false });
      assert.equal(named('invoke_agent direct').length, 2);
      await run(undefined);
      await opened.close();
      assert.equal(other.spans.filter(({ name }) => name === 'invoke_agent direct').length, 1);
      assert.equal(named('invoke_agent direct').length, 2);
      assert.deepEqual(warnings, []);
    } finally {
      await opened.close();
      await other.close();
    }
  });

  it('tells of the replies of a model by what each of them cost', () => {
    const at = (seconds: number): string => new Date(seconds * 1000).toISOString();
    const task = {
      ...{ id: 't', sessionId: '00000000-0000-4000-8000-000000000000', agent: 'model', model: 'large' },
      ...{ startedAt: new Date(0), createdAt: new Date(0) },
    } as AgentTask;
    const state = { ...emptyState(task.sessionId, '/', new Date(0)), tasks: RecordMap.of([task]) };
    const maker = new SpanMaker(false);
    const take = (seconds: number, event: Parameters<SpanMaker['spansOf']>[0]['event']) =>
      maker.spansOf({ seq: 1, at: at(seconds), writer: 'w', event }, state);
    const usage = (inputTokens: number, outputTokens: number) => ({ inputTokens, outputTokens, cost: null });
    const [first] = take(2, { type: 'usageReported', data: { taskId: 't', usage: usage(100, 10) } });
    const [second] = take(5, { type: 'usageReported', data: { taskId: 't', usage: usage(250, 15) } });
    assert.ok(first && second);
    assert.equal(first.name, 'chat large');
    assert.deepEqual([second.start, second.end], [new Date(2000), new Date(5000)]);
    assert.equal(second.attributes['gen_ai.usage.input_tokens'], 150);
    assert.equal(second.attributes['gen_ai.usage.output_tokens'], 5);
    assert.notEqual(first.spanId, second.spanId);
    assert.equal(first.parentSpanId, second.parentSpanId);
  });
});
