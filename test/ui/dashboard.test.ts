import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type axe from 'axe-core';
import type { Frame, Locator } from 'playwright-core';
import { removeFolder, temporaryFolder } from '../../scripts/vscode/temporary.mts';
import type { StatsReport } from '../../src/core/statsReport.ts';
import { namedPeriod } from '../../src/core/statsPeriod.ts';
import { hostileTasks } from './support/hostileTasks.ts';
import { openLedger } from './support/openLedger.ts';
import { openVSCode, type VSCode } from './support/openVSCode.ts';
import { sampleTasks, writeHistory } from './support/sampleHistory.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const THEMES = ['Default Light Modern', 'Default Dark Modern', 'Default High Contrast'];
const WIDTHS = [1400, 400];
/** What VS Code has beside the editor, with the side bar closed. */
const FRAME_WIDTH = 52;

/** What the page's window gathers for this test. */
interface Watched {
  violations?: string[];
  executions?: string[];
  axe: typeof axe;
}

describe('the dashboard, in a workspace of two folders', () => {
  let vscode: VSCode;
  let folder: string;
  let frame: Frame;
  const root = (name: string): string => join(folder, name);

  before(async function () {
    folder = await temporaryFolder('dashboard');
    for (const name of ['front', 'back']) await mkdir(root(name));
    await writeHistory(root('front'), sampleTasks());
    await writeHistory(root('back'), hostileTasks(), 1);
    const workspace = root('both.code-workspace');
    await writeFile(workspace, JSON.stringify({ folders: [{ path: 'front' }, { path: 'back' }] }));
    vscode = await openVSCode(this, { workspace, settings: { 'workbench.colorTheme': THEMES[0] } });
    const { page } = vscode.window;
    await page.addInitScript(watch);
    await page.setViewportSize({ width: 1400, height: 1600 });
    await vscode.window.openViewContainer('Coding Agent');
    await vscode.window.runCommand('Coding Agent: Show Statistics');
    frame = await drawn();
    await vscode.window.runCommand('View: Toggle Primary Side Bar Visibility');
  });
  after(async () => {
    await vscode.close();
    removeFolder(folder);
  });

  /** The page of the dashboard, once it has its figures. */
  async function drawn(): Promise<Frame> {
    return vscode.window.until('the figures', async () => {
      for (const each of vscode.window.page.frames()) {
        // A frame may go while it is looked at.
        if (
          await each
            .locator('main#dashboard .figures')
            .count()
            .catch(() => 0)
        )
          return each;
      }
      return undefined;
    });
  }

  async function reportOf(name: string): Promise<StatsReport> {
    const ledger = await openLedger(root(name));
    try {
      return await ledger.statistics.over(namedPeriod('month', new Date()));
    } finally {
      await ledger.close();
    }
  }

  const figure = (label: string): Locator =>
    frame.locator('.figures li', { hasText: label }).locator('.value');
  const untilFigure = (label: string, text: string): Promise<boolean> =>
    vscode.window.until(
      `${label} ${text}`,
      async () => (await figure(label).innerText()) === text || undefined,
    );

  async function choose(name: 'period' | 'folder', label: string): Promise<void> {
    await frame.locator(`[data-choice="${name}"]`).selectOption({ label });
  }

  it('has the figures of both folders, and of each', async () => {
    const [front, back] = [await reportOf('front'), await reportOf('back')];
    assert.equal(front.tasks, 160);
    await untilFigure('Tasks', String(front.tasks + back.tasks));
    await choose('folder', 'front');
    await untilFigure('Tasks', String(front.tasks));
    assert.equal(await figure('Verified').innerText(), `${Math.round(front.verifiedRate ?? 0)}%`);
    const types = await frame
      .locator('.card.type tbody tr')
      .evaluateAll((rows: readonly { innerText: string }[]) =>
        rows.map(row => row.innerText.split(/\s+/).slice(0, 2).join(' ')),
      );
    const expected = Object.entries(front.byType).sort(([, a], [, b]) => b.tasks - a.tasks);
    assert.deepEqual(
      types,
      expected.map(([type, { tasks }]) => `${type} ${tasks}`),
    );
    await choose('folder', 'All folders');
    await untilFigure('Tasks', String(front.tasks + back.tasks));
  });

  for (const theme of THEMES) {
    it(`can be read by everybody, at 400 px and at 1,400 px: ${theme}`, async () => {
      const { page } = vscode.window;
      const settings = join(vscode.dataDir, 'Machine', 'settings.json');
      const before = JSON.parse(await readFile(settings, 'utf8')) as object;
      await writeFile(settings, JSON.stringify({ ...before, 'workbench.colorTheme': theme }));
      const kind = theme.includes('Contrast')
        ? 'vscode-high-contrast'
        : `vscode-${theme.includes('Dark') ? 'dark' : 'light'}`;
      await frame.locator(`body.${kind}`).waitFor();
      for (const width of WIDTHS) {
        await page.setViewportSize({ width: width + FRAME_WIDTH, height: 1600 });
        await vscode.window.until(`${width} px`, async () => (await widths()).inner <= width || undefined);
        const { inner, content } = await widths();
        assert.ok(content <= inner, `${content} px of content in ${inner} px`);
        await vscode.window.screenshot(`dashboard/${kind}-${width}`);
        for (const contrast of await swatchContrasts()) assert.ok(contrast >= 3, `a contrast of ${contrast}`);
        await frame.evaluate(axeSource);
        const { violations, passes } = await frame.evaluate(() =>
          (globalThis as unknown as Watched).axe.run(),
        );
        assert.ok(passes.some(({ id }) => id === 'color-contrast'));
        assert.deepEqual(
          violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`)),
          [],
        );
      }
    });
  }

  /** How well each outcome's colour stands out, as WCAG counts it. axe looks at texts only. */
  async function swatchContrasts(): Promise<number[]> {
    const [paper = '', ...tones] = await frame.evaluate<string[]>(`[
      getComputedStyle(document.body).backgroundColor,
      ...[...document.querySelectorAll('.swatch')].map(swatch => getComputedStyle(swatch).borderTopColor),
    ]`);
    assert.equal(tones.length, 5);
    return tones.map(tone => contrastOf(tone, paper));
  }

  function widths(): Promise<{ inner: number; content: number }> {
    return frame.evaluate('({ inner: innerWidth, content: document.documentElement.scrollWidth })');
  }

  it('leads from a mark to its tasks, with the keyboard alone', async () => {
    const { window } = vscode;
    const { keyboard } = window.page;
    await frame.locator('[data-choice="period"]').focus();
    const focused = (): Promise<string> =>
      frame
        .locator(':focus')
        .getAttribute('title')
        .then(title => title ?? '');
    await window.until('the chart', async () => {
      await keyboard.press('Tab');
      return (await frame.locator('.columns :focus').count()) > 0 || undefined;
    });
    const newest = await focused();
    await keyboard.press('ArrowUp');
    assert.match(await focused(), /·/, 'a part of the column');
    await keyboard.press('ArrowDown');
    assert.equal(await focused(), newest);
    await keyboard.press('Home');
    const first = await focused();
    assert.notEqual(first, newest);
    await keyboard.press('End');
    assert.equal(await focused(), newest);
    const count = Number(/: (\d+) tasks?/.exec(newest)?.[1]);
    await keyboard.press('Enter');
    await window.quickInput.untilAsks('Which task');
    const rows = await window.quickInput.rows();
    // Of the newest day, of which an hour may have passed or twenty.
    assert.ok(rows.length > 0 && rows.length <= count, `${rows.length} rows of ${count} tasks`);
    await window.screenshot('dashboard/tasks-of-a-mark');
    await window.quickInput.press('Enter');
    await window.until('the task', async () => (await window.editorText()).includes('Status'));
    await window.runCommand('View: Close Editor');
    frame = await drawn();
  });

  it('goes to the page of a slow task', async () => {
    const { window } = vscode;
    await frame.locator('.card.slowest tbody tr').nth(2).click();
    await window.until('the task', async () => (await window.editorText()).includes('onload=alert'));
    await window.runCommand('View: Close Editor');
    frame = await drawn();
  });

  it('follows tasks as they end, and keeps focus and place', async () => {
    const mark = frame.locator('.card.type [data-mark]').last();
    await mark.focus();
    await frame.evaluate(() => {
      (globalThis as unknown as { scrollTo(x: number, y: number): void }).scrollTo(0, 200);
    });
    const place = (): Promise<unknown> =>
      frame.evaluate(() => (globalThis as unknown as { scrollY: number }).scrollY);
    const [before, title, at] = [
      await figure('Tasks').innerText(),
      await mark.getAttribute('data-mark'),
      await place(),
    ];
    const ledger = await openLedger(root('front'));
    try {
      await ledger.sessions.executeTask({ task: '$ echo live' });
    } finally {
      await ledger.close();
    }
    await untilFigure('Tasks', String(Number(before) + 1));
    assert.equal(await frame.locator(':focus').getAttribute('data-mark'), title);
    assert.equal(await place(), at);
    assert.match(await frame.locator('#status').innerText(), new RegExp(`^${Number(before) + 1} tasks`));
  });

  it('writes its figures where it is told to', async () => {
    const { window } = vscode;
    await frame.getByRole('button', { name: 'Export as CSV' }).click();
    await window.quickInput.untilOpen();
    await window.until('a path', async () => (await window.quickInput.value()).endsWith('.csv'));
    await window.quickInput.press('Enter');
    const file = join(root('front'), 'coding-agent-statistics.csv');
    const text = await window.until('the file', () => readFile(file, 'utf8').catch(() => undefined));
    assert.match(text, /^group,key,tasks,/);
    assert.match(
      text,
      /\r\nmodel,"<img src=x onerror=alert\(1\)>"|\r\nmodel,<img src=x onerror=alert\(1\)>,/,
    );
    await window.until('it to open', async () => (await window.editorText()).includes('group,key'));
    await window.runCommand('View: Close Editor');
    frame = await drawn();
  });

  it('is there again after a reload of the window, as it was', async () => {
    await choose('period', 'Last 90 days');
    await frame.getByRole('heading', { name: 'Outcomes per week' }).waitFor();
    await vscode.window.until('VS Code to keep it', () => isStored('quarter'));
    await vscode.window.reload();
    // VS Code may have kept the tabs as they were a little earlier.
    const tab = vscode.window.page.getByRole('tab', { name: 'Statistics', exact: true });
    await vscode.window.click(tab, 'the tab');
    frame = await drawn();
    assert.equal(await frame.locator('[data-choice="period"]').inputValue(), 'quarter');
    await vscode.window.screenshot('dashboard/reloaded');
  });

  /** Whether VS Code has written a text to where it keeps its state in a browser, which it does a little later. */
  function isStored(text: string): Promise<boolean> {
    return vscode.window.page.evaluate<boolean>(`(async () => {
      const settled = request => new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      for (const { name } of await indexedDB.databases()) {
        const database = await settled(indexedDB.open(name));
        const stores = [...database.objectStoreNames].map(store => database.transaction(store).objectStore(store));
        const values = (await Promise.all(stores.map(store => settled(store.getAll())))).flat();
        database.close();
        if (values.some(value => /dashboardSelection.*${text}/.test(value))) return true;
      }
      return false;
    })()`);
  }

  it('never ran a text, and its policy had nothing to refuse', async () => {
    assert.ok((await frame.locator('.card.slowest').innerText()).includes('<img src=x onerror=alert(1)>'));
    for (const each of vscode.window.page.frames()) {
      const watched = await each.evaluate(() => {
        const { violations = [], executions = [] } = globalThis as unknown as Watched;
        return { violations, executions };
      });
      assert.deepEqual(watched.executions, []);
      if (each === frame) assert.deepEqual(watched.violations, []);
    }
  });
});

function contrastOf(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

/** Relative luminance of `rgb(…)`, by WCAG. */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [...color.matchAll(/[\d.]+/g)].map(([digits]) => {
    const part = Number(digits) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Runs in every frame before anything else there does. */
function watch(): void {
  const watched = globalThis as unknown as Watched & {
    alert: (text: unknown) => void;
    addEventListener(
      type: string,
      listener: (event: { blockedURI: string; violatedDirective: string }) => void,
    ): void;
  };
  watched.violations = [];
  watched.executions = [];
  watched.alert = text => watched.executions?.push(String(text));
  watched.addEventListener('securitypolicyviolation', ({ blockedURI, violatedDirective }) => {
    watched.violations?.push(`${violatedDirective} ${blockedURI}`);
  });
}
