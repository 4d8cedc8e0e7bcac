/** The lines of every block of shell commands (```sh) in a Markdown text, continued lines joined. */
export function commandBlocks(markdown: string): string[][] {
  const blocks = [...markdown.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(match => match[1] ?? '');
  return blocks.map(block =>
    block
      .replaceAll(/\\\n\s*/g, '')
      .split('\n')
      .map(line => line.trim())
      .filter(line => line !== '' && !line.startsWith('#')),
  );
}
