/** Text as it is compared: letter case does not count, and every character keeps its place and its length. */
export function foldText(text: string): string {
  const lower = text.toLowerCase();
  const folded = lower.length === text.length ? lower : text.replace(/./gsu, foldCharacter);
  // At the end of a word the same letter has another form.
  return folded.replaceAll('ς', 'σ');
}

function foldCharacter(character: string): string {
  const lower = character.toLowerCase();
  return lower.length === character.length ? lower : character;
}
