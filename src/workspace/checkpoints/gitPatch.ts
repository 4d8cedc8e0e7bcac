import type { EntryChange } from '../../core/checkpoints.ts';
import { unifiedDiff } from '../lineChanges.ts';

/**
 * A change as `git apply` takes it: what happened to name and mode, then the lines. `was` and `is` are the texts; `undefined` where
 * there is none, or none that is text.
 */
export function gitPatch(
  { path, from = path, before, after }: EntryChange,
  was: string | undefined,
  is: string | undefined,
  isBinary: boolean,
): string {
  const header = [
    `diff --git ${quoted(`a/${from}`)} ${quoted(`b/${path}`)}`,
    ...(before === undefined && after !== undefined ? [`new file mode ${after.mode}`] : []),
    ...(after === undefined && before !== undefined ? [`deleted file mode ${before.mode}`] : []),
    ...(before && after && before.mode !== after.mode
      ? [`old mode ${before.mode}`, `new mode ${after.mode}`]
      : []),
    ...(from === path ? [] : [`rename from ${quoted(from)}`, `rename to ${quoted(path)}`]),
  ].join('\n');
  if (before?.id === after?.id) return `${header}\n`;
  const [old, fresh] = [
    before === undefined ? '/dev/null' : quoted(`a/${from}`),
    after === undefined ? '/dev/null' : quoted(`b/${path}`),
  ];
  if (isBinary) return `${header}\nBinary files ${old} and ${fresh} differ\n`;
  const lines = unifiedDiff(path, was, is);
  const hunks = lines.slice(Math.max(0, lines.search(/^@@ /m)));
  return hunks.startsWith('@@') ? `${header}\n--- ${old}\n+++ ${fresh}\n${hunks}` : `${header}\n`;
}

/** A name with what would break the line written as git writes it. */
function quoted(name: string): string {
  if (!/["\\\u0000-\u001f\u007f]/.test(name)) return name;
  const escaped = name.replace(/["\\]/g, String.raw`\$&`);
  return `"${escaped.replace(/[\u0000-\u001f\u007f]/g, character => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`)}"`;
}
