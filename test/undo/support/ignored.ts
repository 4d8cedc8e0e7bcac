/** What the histories' `.gitignore` names. */
export function isIgnored(path: string): boolean {
  return path.split('/').some(name => name.endsWith('.log'));
}
