/** The folders that a name is in, the outermost first: `a` and `a/b` for `a/b/c`. */
export function foldersAbove(name: string): string[] {
  const parts = name.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
