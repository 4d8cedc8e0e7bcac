import { type CompletedCommand, namesWithValue, type Values } from './completedCommands.ts';

export function fishScript(commands: readonly CompletedCommand[]): string {
  const words = commands.filter(command => command.words !== '').map(command => quoted(command.words));
  return `# fish completion of coding-agent, made by: coding-agent completion fish
function __coding_agent_at
  set -l at ''
  set -l takes ''
  set -l given (commandline -opc)
  set -e given[1]
  for word in $given
    if test -n "$takes"
      set takes ''
      continue
    end
    switch $word
      case ${namesWithValue(commands).join(' ')}
        set takes $word
      case '-*'
      case '*'
        set -l next (string trim "$at $word")
        contains -- "$next" ${words.join(' ')}; and set at "$next"
    end
  end
  test "$at" = "$argv[1]"
end
complete -c coding-agent -f
${commands.flatMap(linesOf).join('\n')}
`;
}

function linesOf(command: CompletedCommand): string[] {
  const start = `complete -c coding-agent -n ${quoted(`__coding_agent_at "${command.words}"`)}`;
  const below = command.commands.map(({ name, what }) => `${start} -a ${name} -d ${quoted(what)}`);
  const options = command.options.map(
    ({ name, what, values }) => `${start} -l ${name.slice(2)}${given(values)} -d ${quoted(what)}`,
  );
  const own = command.commands.length > 0 ? '' : given(command.values).replace(/^ -[rx]/, '');
  return [...below, ...(own === '' ? [] : [`${start}${own}`]), ...options];
}

function given(values: Values | undefined): string {
  if (values === undefined) return '';
  if (values === 'text') return ' -x';
  if (values === 'folder') return ` -x -a '(__fish_complete_directories)'`;
  if (values === 'file') return ' -r -F';
  return ` -x -a ${quoted(values.join(' '))}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
