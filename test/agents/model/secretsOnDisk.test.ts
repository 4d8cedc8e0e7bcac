import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHost, profileIn, unattended } from '../../support/openHost.ts';
import { ScriptedModel } from '../../support/scriptedModel/scriptedModel.ts';
import { callTool, say } from '../../support/scriptedModel/scriptedReply.ts';
import { secretExamples } from '../../support/secretExamples.ts';

const KEY = 'our-own-key-0123456789abcdef';

describe('secrets in a real session', () => {
  let base: string;
  let server: ScriptedModel;

  before(async () => {
    base = await realpath(await mkdtemp(join(tmpdir(), 'secrets-')));
    server = await ScriptedModel.start([]);
    process.env['TEST_OWN_KEY'] = KEY;
  });

  after(async () => {
    delete process.env['TEST_OWN_KEY'];
    await server.close();
    await rm(base, { recursive: true });
  });

  it('reach neither the disk, nor a listener, nor the model: by any door', async () => {
    const [root, config] = [join(base, 'work'), join(base, 'config')];
    await Promise.all([root, config].map(folder => mkdir(folder)));
    const model = {
      provider: 'openai-compatible',
      model: 'm',
      baseUrl: server.baseUrl,
      apiKeyEnv: 'TEST_OWN_KEY',
    };
    await writeFile(join(config, 'config.json'), JSON.stringify({ agent: 'model', model }));
    // Large enough for a blob.
    const all = `${secretExamples.map(({ text }) => text).join('\n')}\n${KEY}\n`;
    await writeFile(join(root, 'secrets.txt'), all.repeat(12));
    const host = await openHost(root, profileIn(base), unattended);
    const heard: string[] = [];
    host.sessions.onDidChange(change => {
      heard.push(JSON.stringify(change));
    });
    server.use([
      callTool('run_command', { command: `cat secrets.txt; echo ${KEY}` }),
      callTool('read_file', { path: 'secrets.txt' }),
      callTool('search_files', { pattern: '.' }),
      callTool('write_file', { path: 'copy.txt', content: all }),
      callTool('ask_user', { question: `Is ${KEY} right?` }),
      { kind: 'say', text: `The key is ${KEY}.`, chunkSize: 3 },
    ]);
    const own = await host.sessions.executeTask({ task: `Look after ${KEY} well` });
    assert.equal(own.status, 'completed', own.error);
    server.use([say('Good.')]);
    await host.sessions.executeTask({ task: 'What did you do before?' });
    const direct = await host.sessions.executeTask({ task: `$ cat secrets.txt # ${KEY}`, agent: 'direct' });
    assert.equal(direct.status, 'completed');
    await host.close();

    const places = new Map<string, string>();
    for (const file of await readdir(base, { recursive: true, withFileTypes: true })) {
      const path = join(file.parentPath, file.name);
      if (
        file.isFile() &&
        !path.startsWith(join(root, 'secrets.txt')) &&
        !path.startsWith(join(root, 'copy.txt'))
      ) {
        places.set(path, await readFile(path, 'utf8'));
      }
    }
    assert.ok(
      [...places.keys()].some(path => path.includes('/blobs/')),
      'the output is in a blob',
    );
    places.set('listeners', heard.join('\n'));
    // What the model says itself comes back to it as it is.
    const sent = server.requests.flatMap(({ body }) => body['messages'] as { role: string }[]);
    places.set('the model', JSON.stringify(sent.filter(({ role }) => role !== 'assistant')));
    let checks = 0;
    for (const [place, content] of places) {
      for (const { name, secret } of [...secretExamples, { name: 'our own key', secret: KEY }]) {
        for (const form of [secret, JSON.stringify(secret).slice(1, -1)]) {
          assert.ok(!content.includes(form), `${name} is in ${place}`);
          checks++;
        }
      }
    }
    console.log(`      ${String(checks)} checks in ${String(places.size)} places`);
  });
});
