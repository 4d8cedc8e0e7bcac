/**
 * What file tools never touch by themselves: version control, editors, agents and the ledger read these, and some run what
 * stands in them. This is the published list. Names match whole path components at any depth, letter case ignored; a name
 * protects everything below it; `*` stands for any characters.
 */
export const PROTECTED_NAMES: readonly string[] = [
  // version control, and what it runs
  '.git',
  '.hg',
  '.svn',
  '.jj',
  '.husky',
  '.githooks',
  // the ledger
  '.coding-agent',
  // editors
  '.vscode',
  '.vscode-server',
  '.devcontainer',
  '.devcontainer.json',
  '.idea',
  '.vs',
  '.fleet',
  '.zed',
  '*.code-workspace',
  '.envrc',
  // agents
  '.agents',
  '.aider*',
  '.amazonq',
  '.augment',
  '.claude',
  '.claude.json',
  '.cline',
  '.clinerules',
  '.codex',
  '.continue',
  '.cursor',
  '.cursorrules',
  '.cursorignore',
  '.gemini',
  '.goose',
  '.goosehints',
  '.junie',
  '.kilocode',
  '.kiro',
  '.mcp.json',
  '.opencode',
  '.qwen',
  '.roo',
  '.roomodes',
  '.roorules',
  '.trae',
  '.windsurf',
  '.windsurfrules',
  'AGENTS.md',
  'AGENTS.override.md',
  'CLAUDE.md',
  'CLAUDE.local.md',
  'GEMINI.md',
  'QWEN.md',
  'opencode.json',
  'opencode.jsonc',
];

/** The same for names below a folder of that name: agents keep their rules in `.github` beside what is not theirs. */
const PROTECTED_BELOW: Readonly<Record<string, readonly string[]>> = {
  '.github': ['copilot*', 'instructions', 'prompts', 'chatmodes', 'agents', 'skills', 'hooks', 'mcp*'],
};

// Characters that HFS+ ignores in names: `.g\u200cit` is `.git` there.
const IGNORED = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;
// Windows drops dots and spaces at the end of a name, and cuts it at the first colon.
const TRAILING = /[. ]+$/;
const STREAM = /:.*$/s;

/**
 * Whether a path (its components below the working directory) is protected. Stricter than any one file system: names that
 * some system takes for a protected one are protected everywhere.
 */
export function isProtected(components: readonly string[]): boolean {
  const folded = components.map(fold);
  return folded.some((name, index) => {
    if (name.startsWith('git~')) return true;
    if (NAMES.some(matches => matches(name))) return true;
    const parent = index === 0 ? undefined : folded[index - 1];
    return parent !== undefined && (BELOW.get(parent)?.some(matches => matches(name)) ?? false);
  });
}

type Match = (name: string) => boolean;

const NAMES: readonly Match[] = PROTECTED_NAMES.map(matcher);
const BELOW: ReadonlyMap<string, readonly Match[]> = new Map(
  Object.entries(PROTECTED_BELOW).map(([folder, names]) => [fold(folder), names.map(matcher)]),
);

function fold(name: string): string {
  const bare = name.normalize('NFKC').replace(IGNORED, '').replace(STREAM, '').replace(TRAILING, '');
  // Upper case first: some letters (such as the long s and the Kelvin sign) meet their plain twins only there.
  return bare.toUpperCase().toLowerCase();
}

function matcher(pattern: string): Match {
  const folded = fold(pattern);
  if (folded.endsWith('*')) return name => name.startsWith(folded.slice(0, -1));
  if (folded.startsWith('*')) return name => name.endsWith(folded.slice(1));
  return name => name === folded;
}
