import { type FromPage, isSelection, isToPage } from '../messages.ts';
import { becomeStop, keepOneStop, moveFocus } from './arrowKeys.ts';
import { draw } from './draw.ts';
import { element } from './element.ts';
import { patch } from './patch.ts';

/** What VS Code gives a page of an extension. */
interface Host {
  postMessage(message: FromPage): void;
}

declare function acquireVsCodeApi(): Host;

const host = acquireVsCodeApi();
const page = document.querySelector('#dashboard') ?? document.body;
const status = document.querySelector('#status') ?? document.body;
let isDrawn = false;

window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  if (!isToPage(data)) return;
  page.setAttribute('aria-busy', String(data.type === 'busy'));
  if (data.type === 'show') {
    patch(page, draw(data.view));
    isDrawn = true;
    keepOneStop(page);
    const { emptyText, summary, problems } = data.view;
    say([emptyText ?? summary, ...problems].join(' '));
  } else if (data.type === 'problem' || !isDrawn) {
    const isBusy = data.type === 'busy';
    const wasBusy = page.querySelector('.busy') !== null;
    isDrawn = false;
    page.replaceChildren(element('p', { class: data.type }, data.text));
    // How far it is changes all the time: that it is under way is worth saying once.
    if (!isBusy || !wasBusy) say(data.text);
  }
});

document.addEventListener('click', ({ target }) => {
  if (!(target instanceof Element)) return;
  const mark = target.closest('[data-mark]')?.getAttribute('data-mark');
  if (typeof mark === 'string') host.postMessage({ type: 'open', mark });
  const act = target.closest('[data-do]')?.getAttribute('data-do');
  if (act === 'csv' || act === 'json') host.postMessage({ type: 'export', format: act });
  if (act === 'runTask') host.postMessage({ type: 'runTask' });
});

document.addEventListener('change', () => {
  const chosen = (name: string): string =>
    page.querySelector<HTMLSelectElement>(`[data-choice="${name}"]`)?.value ?? '';
  const selection = { period: chosen('period'), folder: chosen('folder') };
  if (isSelection(selection)) host.postMessage({ type: 'choose', selection });
});

document.addEventListener('keydown', event => {
  const { target, key, altKey, ctrlKey, metaKey, shiftKey } = event;
  if (altKey || ctrlKey || metaKey || shiftKey || !(target instanceof Element)) return;
  if (target.hasAttribute('data-mark') && moveFocus(target, key)) event.preventDefault();
});

document.addEventListener('focusin', ({ target }) => {
  if (target instanceof Element) becomeStop(target);
});

host.postMessage({ type: 'ready' });

/** Tells a screen reader, once. */
function say(text: string): void {
  if (status.textContent !== text) status.textContent = text;
}
