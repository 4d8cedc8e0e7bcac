import assert from 'node:assert/strict';
import { SecretRedactor } from '../../src/workspace/redact.ts';
import { createManager } from '../support/managerFixture.ts';

describe('what is on record of a task that handles secrets', () => {
  const secret = 'own-key-0123456789-abcdef';

  it('holds none of them: not in the text, the calls, the output, the question or the result', async () => {
    const { manager, runner } = createManager({ redactor: new SecretRedactor([secret]) });
    const shown: string[] = [];
    manager.onDidChange(change => {
      shown.push(JSON.stringify(change));
    });
    let given = '';
    runner.script = async run => {
      const taskId = run.task.id;
      given = run.task.description;
      const input = { command: `curl -H "X: ${secret}"` };
      await run.record({
        type: 'toolCallRequested',
        data: { taskId, callId: 'c', stepId: null, tool: 'run_command', input },
      });
      await run.output('c', `one ${secret.slice(0, 9)}`);
      await run.output('c', `${secret.slice(9)} two ${secret}`);
      await run.record({
        type: 'toolCallEnded',
        data: { taskId, callId: 'c', status: 'failed', duration: 1, error: `exit 1: ${secret}` },
      });
      return { status: 'completed', result: { summary: `used ${secret}` } };
    };
    const { sessionId } = await manager.createSession();
    const task = await manager.executeTask({ task: `$ use ${secret}`, sessionId });
    assert.equal(given, `$ use ${secret}`);
    assert.match(task.description, /^\$ use \[secret: 25 characters, SHA-256 [0-9a-f]{8}\]$/);
    const details = await manager.getTask(task.id);
    const call = details.toolCalls[0];
    assert.match(call?.output?.tail ?? '', /^one \[secret: 25 .*\] two \[secret: 25 .*\]$/);
    assert.ok(!JSON.stringify(details).includes(secret));
    assert.ok(shown.some(change => change.includes('one [secret')));
    assert.ok(!shown.join().includes(secret));
    await assert.rejects(manager.retryTask(task.id), { code: 'invalid_input' });
    await manager.close();
  });
});
