/**
 * The argument list of a command line that a shell would read as nothing but that: words and simple quotes, with no expansion,
 * assignment, redirection or second command. `undefined` for every other line, in which a beginning says nothing about the rest.
 */
export function plainArguments(command: string): readonly string[] | undefined {
  const word = /[ \t]*((?:[A-Za-z0-9_@%+:,./=-]+|'[^'\p{Cc}]*'|"[^"$`\\!\p{Cc}]*")+)/uy;
  const text = command.trim();
  const words: string[] = [];
  let end = 0;
  for (let match = word.exec(text); match !== null; match = word.exec(text)) {
    // Words without a blank between them are one word, which the expression takes whole.
    words.push((match[1] ?? '').replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'));
    end = word.lastIndex;
  }
  const isAssignment = /^[A-Za-z_][A-Za-z0-9_]*=/.test(words[0] ?? '=');
  return end === text.length && words.length > 0 && !isAssignment ? words : undefined;
}
