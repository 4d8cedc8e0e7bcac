import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname, release } from 'node:os';
import { dirname, join } from 'node:path';
import type { PeerName } from '../../bench/drivers/drivers.mts';
import { installedPeer, isPeerInstalled } from '../../bench/peersFolder.mts';
import { ScriptedModel } from '../support/scriptedModel/scriptedModel.ts';
import { skip } from '../support/skip.ts';
import { useTemporaryFolder } from '../support/temporaryFolder.ts';
import { importInto } from '../transfer/support/importInto.ts';
import { requireStory } from '../transfer/support/requireStory.ts';
import { HISTORIES, historyMaker, type HistoryName, SLOWLY } from './historyMaker.ts';

/** The peers of the benchmarks that the agents come with. */
const PEERS = {
  'claude-code': 'claude',
  codex: 'codex',
  opencode: 'opencode',
  pi: 'pi',
} as const satisfies Record<HistoryName, PeerName>;
const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'transcripts');
/** Prompts and tool descriptions of the agents' makers are theirs; what is left of a long text says that it was cut. */
const LONGEST = 300;

for (const name of HISTORIES) {
  describe(`the history of ${name}, the real one`, function () {
    this.timeout(5 * 60_000);
    const temporary = useTemporaryFolder();

    before(async function () {
      if (!(await isPeerInstalled(PEERS[name])) && process.env['REAL_AGENTS_INSTALL'] === 'no')
        skip(this, 'the agents of bench/peers are not installed');
    });

    it('becomes a session with what was asked, done and changed (WRITE_TRANSCRIPTS=1 renews the fixture)', async () => {
      const folder = temporary();
      const model = await ScriptedModel.start([]);
      try {
        const project = join(folder, 'project');
        const home = join(folder, 'home');
        const agent = historyMaker(name, { modules: await installedPeer(PEERS[name]), home, project, model });
        const made = join(project, 'made.txt');
        model.use(agent.write(made, 'one\ntwo\n'));
        await agent.prompt('Write the file made.txt', { goesOn: false });
        assert.equal(readFileSync(made, 'utf8'), 'one\ntwo\n');
        model.use(agent.edit(made, 'two\n', 'three\n'));
        await agent.prompt('Change two to three in made.txt', { goesOn: true });
        model.use(agent.command('cat missing.txt'));
        await agent.prompt('Show missing.txt', { goesOn: true });
        model.use(SLOWLY);
        await agent.prompt('Explain everything', { goesOn: true, kill: true });
        const history = await agent.history();
        const file = join(folder, history.name);
        writeFileSync(file, history.text);
        requireStory(await importInto(join(folder, 'imported'), file));
        if (process.env['WRITE_TRANSCRIPTS'] === '1') {
          const target = join(FIXTURES, name, history.name);
          mkdirSync(dirname(target), { recursive: true });
          writeFileSync(target, scrubbed(history.text, project, home, folder));
        }
      } finally {
        await model.close();
      }
    });
  });
}

/** Without anything of this machine, and without the long texts that belong to the agents' makers. */
function scrubbed(text: string, project: string, home: string, folder: string): string {
  const isDocument = text.trimStart().startsWith('{\n');
  const values = (isDocument ? [text] : text.trim().split('\n')).map(line => shortened(JSON.parse(line)));
  const written = values.map(value => JSON.stringify(value, null, isDocument ? 2 : undefined)).join('\n');
  const dashed = (path: string): string => path.replace(/[^A-Za-z0-9]/g, '-');
  return `${[
    [project, '/home/me/project'],
    [home, '/home/me'],
    [folder, '/home/me/folder'],
    [dashed(project), '-home-me-project'],
    [project.slice(1), 'home/me/project'],
    [hostname(), 'host'],
    [release(), '6.0.0'],
  ].reduce((all, [from = '', to = '']) => all.replaceAll(from, to), written)}\n`.replace(
    /127\.0\.0\.1:\d+/g,
    '127.0.0.1:1',
  );
}

function shortened(value: unknown): unknown {
  if (typeof value === 'string')
    return value.length <= LONGEST ? value : `${value.slice(0, 100)}… [${String(value.length)} characters]`;
  if (Array.isArray(value)) return value.map(shortened);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      // The whole request to the model, once more.
      .filter(([key]) => key !== 'shape' && key !== 'base_instructions')
      .map(([key, inner]) => [key, shortened(inner)]),
  );
}
