type Value = string | number | boolean | null;
type Child = Node | string | null;

/**
 * Makes an element. Text becomes text nodes, never markup. A name with two dashes in front is a property for the style sheet:
 * it is set by script, which the policy of the page allows, not by a style attribute, which it does not.
 */
export function element(
  tag: string,
  attributes: Readonly<Record<string, Value>> = {},
  ...children: readonly Child[]
): HTMLElement {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false) continue;
    if (name.startsWith('--')) made.style.setProperty(name, String(value));
    else made.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children) if (child !== null) made.append(child);
  return made;
}

/** A button that leads to tasks; plain text where there are none. */
export function markElement(
  attributes: Readonly<Record<string, Value>> & { readonly mark: string | null; readonly name: string },
  ...children: readonly Child[]
): HTMLElement {
  const { mark, name, ...rest } = attributes;
  if (mark === null) return element('span', rest, ...children);
  return element('button', { type: 'button', 'data-mark': mark, title: name, ...rest }, ...children);
}
