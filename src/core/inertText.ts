/**
 * Text from models, tools, files and other people's sessions, made harmless to show: what would steer a terminal or reorder
 * what a person reads becomes visible instead. Every surface shows such text through one of these functions only.
 */

// C0 but tab and line feed, DEL, C1; line and paragraph separators; what reorders, joins or hides text; tags; lone surrogates.
const HARMFUL =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}]|\u034f|\u17b4|\u17b5|\p{Surrogate}/gu;
// What programs colour their output with: CSI, OSC and the other string sequences, and two-byte escapes.
const ESCAPE_SEQUENCE =
  /\u001b\[[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[ -/]*[0-OQ-WYZ\\`-~]/g;

/** Every control character visible, line ends and tabs kept: for what a person must see exactly, such as a command to allow. */
export function inertText(text: string): string {
  return text.replace(HARMFUL, visible);
}

/** On one line: for titles, rows and status lines. */
export function inertLine(text: string): string {
  return inertText(text.replace(/[\s\u2028\u2029]+/g, ' ').trim());
}

/** For what programs print: their colours and cursor movements are dropped, what is left of such codes is made visible. */
export function inertOutput(text: string): string {
  return inertText(text.replace(ESCAPE_SEQUENCE, '').replace(/\r+\n/g, '\n').replace(/\r/g, '\n'));
}

function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}
