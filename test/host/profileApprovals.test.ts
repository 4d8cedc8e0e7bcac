import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RememberedCall } from '../../src/agents/approvalMemory.ts';
import { nullLogger } from '../../src/core/logger.ts';
import {
  listApprovals,
  ProfileApprovals,
  revokeApproval,
  revokeApprovals,
} from '../../src/host/profileApprovals.ts';
import { SecretRedactor } from '../../src/workspace/redact.ts';

describe('what a person always allows', () => {
  let base: string;
  let root: string;
  let profile: { readonly config: string };

  beforeEach(async () => {
    base = await realpath(await mkdtemp(join(tmpdir(), 'approvals-')));
    root = join(base, 'root');
    profile = { config: join(base, 'config') };
    await mkdir(root);
  });
  afterEach(() => rm(base, { recursive: true }));

  const memory = (folder = root, redactor = new SecretRedactor()): ProfileApprovals =>
    new ProfileApprovals({ profile, root: folder, now: () => new Date(0), redactor, logger: nullLogger });
  const call = (changed: Partial<RememberedCall> = {}): RememberedCall => ({
    ...{ sessionId: 's1', directory: root, tool: 'run_command', subject: () => 'npm test' },
    ...changed,
  });

  it('is nothing at first, and asks for no text while it is', async () => {
    let read = 0;
    const subject = (): string => String(++read);
    assert.equal(await memory().recall(call({ subject })), undefined);
    assert.equal(read, 0);
  });

  it('exactly this: in this folder, by this tool, to the letter, in every session and process', async () => {
    await memory().remember(call(), 'exact');
    assert.equal(await memory().recall(call({ sessionId: 's2' })), 'exact');
    const others: Partial<RememberedCall>[] = [
      { subject: () => 'npm test ' },
      { tool: 'write_file' },
      { directory: join(root, 'sub') },
    ];
    for (const other of others) assert.equal(await memory().recall(call(other)), undefined);
    await mkdir(join(base, 'other'));
    assert.equal(await memory(join(base, 'other')).recall(call()), undefined);
  });

  it('in this session: by this tool, whatever it is, until the session ends', async () => {
    await memory().remember(call(), 'session');
    assert.equal(await memory().recall(call({ subject: () => 'make' })), 'session');
    assert.equal(await memory().recall(call({ sessionId: 's2' })), undefined);
    assert.equal(await memory().recall(call({ tool: 'write_file' })), undefined);
    await memory().remember(call(), 'exact');
    await memory().forgetSession('s1');
    assert.equal(await memory().recall(call({ subject: () => 'make' })), undefined);
    assert.equal(await memory().recall(call()), 'exact');
  });

  it('does not hold for another folder in the place of the root', async () => {
    await memory().remember(call(), 'exact');
    await rename(root, join(base, 'before'));
    await mkdir(root);
    assert.equal(await memory().recall(call()), undefined);
    assert.deepEqual(await listApprovals(profile, root), []);
  });

  it('is in the profile alone, for the user alone, without secrets and bound to the real text', async () => {
    const redactor = new SecretRedactor();
    redactor.add('hunter2-hunter2');
    const subject = (): string => 'deploy --key hunter2-hunter2';
    await memory(root, redactor).remember(call({ subject }), 'exact');
    assert.deepEqual(await readdir(root), []);
    const folder = join(profile.config, 'approvals');
    const files = (await readdir(folder, { recursive: true })).filter(name => name.endsWith('.json'));
    assert.equal(files.length, 1);
    const file = join(folder, files[0] ?? '');
    assert.equal((await stat(file)).mode & 0o077, 0);
    assert.ok(!(await readFile(file, 'utf8')).includes('hunter2'));
    assert.equal(await memory().recall(call({ subject })), 'exact');
    assert.match((await listApprovals(profile, root))[0]?.subject ?? '', /^deploy --key \[secret/);
  });

  it('is listed and taken back, one or all', async () => {
    await memory().remember(call(), 'exact');
    await memory().remember(call({ subject: () => 'make' }), 'exact');
    await memory().remember(call(), 'session');
    const kept = await listApprovals(profile, root);
    assert.deepEqual(kept.map(({ scope, subject }) => `${scope} ${subject}`).sort(), [
      ...['exact make', 'exact npm test', 'session npm test'],
    ]);
    const make = kept.find(({ subject }) => subject === 'make');
    assert.equal(await revokeApproval(profile, root, make?.id ?? ''), true);
    assert.equal(await revokeApproval(profile, root, '../../trust/x'), false);
    assert.equal((await listApprovals(profile, root)).length, 2);
    assert.equal(await revokeApprovals(profile, root), 2);
    assert.equal(await memory().recall(call()), undefined);
  });

  it('that is no such file allows nothing', async () => {
    await memory().remember(call(), 'exact');
    const folder = join(profile.config, 'approvals');
    const [file = ''] = (await readdir(folder, { recursive: true })).filter(name => name.endsWith('.json'));
    const whole = JSON.parse(await readFile(join(folder, file), 'utf8')) as Record<string, unknown>;
    for (const content of ['{}', 'null', '[]', 'x', JSON.stringify({ ...whole, hash: 'f'.repeat(64) })]) {
      await writeFile(join(folder, file), content);
      assert.equal(await memory().recall(call()), undefined, content);
    }
  });
});
