import type { ElementHandle, Locator } from 'playwright-core';

/** How long one try may wait for an element to be there and at rest. */
const tryMs = 10_000;

type Hit = 'click' | 'mouseup' | 'contextmenu' | 'keydown';

/** What is used of elements and events in the page. */
interface Reached {
  readonly textContent: string | null;
}
interface Hitting {
  readonly type: string;
  composedPath(): readonly unknown[];
  preventDefault(): void;
  stopImmediatePropagation(): void;
}
interface Listening {
  addEventListener(type: string, listener: (event: Hitting) => void, capture: boolean): void;
  removeEventListener(type: string, listener: (event: Hitting) => void, capture: boolean): void;
}

/**
 * Clicks an element and says whether `hit` has reached it. If not, the click did nothing, there or elsewhere: another
 * try is safe. What a person aims at may move, close, become another row or not be there yet.
 */
export async function reachByMouse(target: Locator, hit: Hit = 'click'): Promise<boolean> {
  return reach(target, hit, async element => {
    await element.click({ trial: true, timeout: tryMs });
    const box = await element.boundingBox();
    if (box === null) return;
    const button = hit === 'contextmenu' ? 'right' : 'left';
    // Without a limit of its own: once it is back, nothing of it is under way any more.
    await target.page().mouse.click(box.x + box.width / 2, box.y + box.height / 2, { button });
  });
}

/** Gives an element the focus, presses a key, and says whether it got the key. If not, nobody did. */
export async function reachByKey(target: Locator, key: string): Promise<boolean> {
  return reach(target, 'keydown', async element => {
    await element.focus();
    await target.page().keyboard.press(key);
  });
}

async function reach(
  target: Locator,
  hit: Hit,
  act: (element: ElementHandle) => Promise<void>,
): Promise<boolean> {
  const element = await target.elementHandle({ timeout: tryMs }).catch(() => null);
  if (element === null) return false;
  const end = await element.evaluateHandle(letThrough, hit).catch(() => undefined);
  if (end === undefined) return false;
  await act(element as ElementHandle).catch(() => undefined);
  return end.evaluate(ended => ended());
}

/**
 * Runs in the page. Until the returned function is called, mouse buttons and keys reach that element only, buttons as
 * long as it has the text that it has now: lists use their elements again, for other rows.
 */
function letThrough(given: unknown, hit: string): () => boolean {
  const page = globalThis as unknown as Listening;
  const kinds = ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click', 'auxclick', 'contextmenu'];
  kinds.push('keydown', 'keypress', 'keyup');
  const element = given as Reached;
  const text = element.textContent;
  let isReached = false;
  const listener = (event: Hitting): void => {
    const isSame = hit === 'keydown' || element.textContent === text;
    if (isSame && event.composedPath().includes(element)) {
      if (event.type === hit) isReached = true;
      return;
    }
    // What comes after the hit (a menu that has gone is under the pointer no more) may go where it likes.
    if (isReached) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  for (const kind of kinds) page.addEventListener(kind, listener, true);
  return () => {
    for (const kind of kinds) page.removeEventListener(kind, listener, true);
    return isReached;
  };
}
