/** Attributes that belong to the person, not to the drawing. */
const KEPT: ReadonlySet<string> = new Set(['style', 'tabindex', 'open']);

/**
 * Makes `current` look like `wanted` and keeps every element that stays, so that focus, scroll position, open details and what a
 * screen reader reads survive. Children with a `data-key` are matched by it, others by their place.
 */
export function patch(current: Element, wanted: Element): void {
  for (const { name } of [...current.attributes]) {
    if (!KEPT.has(name) && !wanted.hasAttribute(name)) current.removeAttribute(name);
  }
  for (const { name, value } of wanted.attributes) {
    if (!KEPT.has(name) && current.getAttribute(name) !== value) current.setAttribute(name, value);
  }
  if (current instanceof HTMLElement && wanted instanceof HTMLElement) {
    if (current.style.cssText !== wanted.style.cssText) current.style.cssText = wanted.style.cssText;
  }
  patchChildren(current, wanted);
  if (current instanceof HTMLSelectElement && wanted instanceof HTMLSelectElement)
    current.value = wanted.value;
}

function patchChildren(current: Element, wanted: Element): void {
  const keyed = new Map<string, Element>();
  for (const child of current.children) {
    const key = keyOf(child);
    if (key !== null) keyed.set(key, child);
  }
  let place: ChildNode | null = current.firstChild;
  for (const child of [...wanted.childNodes]) {
    const key = keyOf(child);
    const known = key === null ? place : (keyed.get(key) ?? null);
    if (known === null || !isSameKind(known, child)) {
      current.insertBefore(child, place);
      continue;
    }
    if (known === place) place = place.nextSibling;
    else current.insertBefore(known, place);
    if (known instanceof Element && child instanceof Element) patch(known, child);
    else if (known.nodeValue !== child.nodeValue) known.nodeValue = child.nodeValue;
  }
  while (place !== null) {
    const next: ChildNode | null = place.nextSibling;
    place.remove();
    place = next;
  }
}

function keyOf(node: Node): string | null {
  return node instanceof Element ? node.getAttribute('data-key') : null;
}

function isSameKind(a: Node, b: Node): boolean {
  return a.nodeName === b.nodeName && keyOf(a) === keyOf(b);
}
