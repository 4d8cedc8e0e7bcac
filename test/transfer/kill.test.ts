import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostOn } from '../crash/support/hostOn.ts';
import { useTemporaryFolder } from '../support/temporaryFolder.ts';
import { Workbench } from '../undo/support/workbench.ts';

const WORKER = join(import.meta.dirname, 'workers/import.ts');
const TRANSCRIPTS = join(import.meta.dirname, '..', 'fixtures', 'transcripts');
/** How many moments of an import it is killed at; every one with `IMPORT_KILLS=0`. */
const KILLS = Number(process.env['IMPORT_KILLS'] ?? '2');

describe('kill -9 during an import', function () {
  this.timeout(30 * 60_000);
  const folder = useTemporaryFolder();

  /** Kills imports of `file` into fresh folders, then looks at what is there, and imports again. */
  async function killed(file: string, prepare: string | undefined, tasks: number): Promise<void> {
    const work = (root: string, last: number) =>
      spawnSync(process.execPath, [WORKER, root, file, String(last)], { encoding: 'utf8' });
    const fresh = (name: string): string => {
      const root = join(folder(), name, 'root');
      mkdirSync(root, { recursive: true });
      if (prepare !== undefined)
        assert.equal(spawnSync(process.execPath, [WORKER, root, prepare, '0']).status, 0);
      return root;
    };
    const dry = work(fresh('dry'), 0);
    assert.equal(dry.status, 0, dry.stderr);
    const total = Number(dry.stdout);
    assert.ok(total > 5, dry.stdout);
    for (let at = 1; at <= total; at += KILLS === 0 ? 1 : (total - 1) / KILLS) {
      const moment = Math.round(at);
      const root = fresh(`kill ${moment}`);
      const before = prepare === undefined ? [] : [await tasksIn(root)];
      const dead = work(root, moment);
      assert.equal(dead.signal, 'SIGKILL', dead.stderr);
      const host = await hostOn(root);
      try {
        const { sessions, damaged } = await host.sessions.listPage({});
        assert.deepEqual(damaged, []);
        const counts = sessions.map(({ totalTasks }) => totalTasks);
        const expected = [before, [tasks]].map(list => JSON.stringify(list));
        assert.ok(
          expected.includes(JSON.stringify(counts)),
          `killed at ${moment} of ${total}: ${counts.join()}`,
        );
        const { severity, findings } = await host.doctor();
        assert.notEqual(severity, 'damage', JSON.stringify(findings));
        const left = globSync('locks/*.tmp', { cwd: join(root, '.coding-agent') });
        const told = findings.map(finding => finding.file);
        assert.deepEqual(
          left.filter(name => !told.includes(name)),
          [],
          'what is left is told',
        );
        const store = join(root, '.coding-agent', 'checkpoints');
        const half = findings.filter(finding => finding.file === 'checkpoints/tmp');
        assert.equal(half[0]?.count ?? 0, globSync('tmp/*', { cwd: store }).length, 'half an import is told');
        const orphans = findings.filter(finding => finding.kind === 'orphanCheckpoint');
        const never = counts.length === 0 ? globSync('refs/tasks/*', { cwd: store }).length : 0;
        assert.equal(orphans[0]?.count ?? 0, never, 'so are checkpoints of a session that never arrived');
        const { sessionId } = await host.transfer.importSession(file, 'auto');
        const all = await host.sessions.listTasks(sessionId);
        assert.equal(all.length, tasks);
        for (const { id, checkpointAfter } of all)
          if (checkpointAfter !== undefined) assert.notEqual((await host.undo.diff(id)).before, null);
      } finally {
        await host.close();
      }
    }
  }

  async function tasksIn(root: string): Promise<number> {
    const host = await hostOn(root);
    const { sessions } = await host.sessions.listPage({});
    await host.close();
    return sessions[0]?.totalTasks ?? 0;
  }

  it('of an archive with checkpoints leaves all of the session or nothing, and the next one brings it', async () => {
    const bench = await Workbench.open(join(folder(), 'here'));
    const { sessionId } = await bench.run('create file a.txt with content: A');
    await bench.run('$ echo more >> a.txt && head -c 20000 /dev/zero | tr "\\0" "x"');
    const { file } = await bench.host.transfer.saveSession(
      sessionId,
      { format: 'zip', checkpoints: true },
      { path: folder(), replace: true },
    );
    await bench.close();
    await killed(file, undefined, 2);
  });

  it('of a history leaves all of it or nothing', async () => {
    const [file = ''] = globSync(join(TRANSCRIPTS, 'pi', '*.jsonl'));
    await killed(file, undefined, 4);
  });

  it('of a history that went on leaves what was known or all of it', async () => {
    const [file = ''] = globSync(join(TRANSCRIPTS, 'pi', '*.jsonl'));
    const begun = join(folder(), 'begun.jsonl');
    // Three turns, all ended.
    writeFileSync(begun, readFileSync(file, 'utf8').split('\n').slice(0, 16).join('\n'));
    await killed(file, begun, 4);
  });
});
