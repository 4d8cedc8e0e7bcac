/**
 * Text for labels in which VS Code reads `$(name)` as an icon and, in messages, `[text](target)` as a link. Neither may
 * come from a title or a task: a hair space breaks both.
 */
export function plainLabel(text: string): string {
  return text.replaceAll('$(', '$\u200a(').replaceAll('](', ']\u200a(');
}

/** Whether a text reads the same as a label. */
export function isPlainLabel(text: string): boolean {
  return plainLabel(text) === text;
}
