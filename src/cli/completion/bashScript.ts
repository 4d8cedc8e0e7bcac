import {
  type CompletedCommand,
  type CompletedValue,
  namesWithValue,
  optionsWithValue,
  type Values,
} from './completedCommands.ts';

/** For bash 3.2 and later, which macOS has. */
export function bashScript(commands: readonly CompletedCommand[]): string {
  const words = commands.filter(command => command.words !== '').map(command => `'${command.words}'`);
  return `# bash completion of coding-agent, made by: coding-agent completion bash
_coding_agent() {
  local IFS=$' \\t\\n' cur=\${COMP_WORDS[COMP_CWORD]} at='' takes='' word i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ -n $takes ]]; then
      # --option=value comes as three words.
      [[ $word == = ]] || takes=''
      continue
    fi
    case $word in
      --) return ;;
      ${namesWithValue(commands).join(' | ')}) takes=$word ;;
      -*) ;;
      *)
        case "\${at:+$at }$word" in
          ${words.join(' | ')}) at="\${at:+$at }$word" ;;
        esac
        ;;
    esac
  done
  if [[ -n $takes ]]; then
    [[ $cur == = ]] && cur=''
    case "$at $takes" in
${optionsWithValue(commands)
  .flatMap(each => caseOf(takenBy(each), reply(each.values)))
  .join('\n')}
    esac
    return
  fi
  if [[ $cur == -* ]]; then
    case $at in
${commands.flatMap(command => caseOf(`'${command.words}'`, reply(command.options.map(({ name }) => name)))).join('\n')}
    esac
    return
  fi
  case $at in
${commands.flatMap(command => caseOf(`'${command.words}'`, reply(placeOf(command)))).join('\n')}
  esac
}
complete -F _coding_agent coding-agent
`;
}

function takenBy({ words, name }: CompletedValue): string {
  return words === undefined ? `*' ${name}'` : `'${words} ${name}'`;
}

function placeOf({ commands, values }: CompletedCommand): Values | undefined {
  return commands.length > 0 ? commands.map(({ name }) => name) : values;
}

function caseOf(pattern: string, action: string | undefined): string[] {
  return action === undefined ? [] : [`      ${pattern}) ${action} ;;`];
}

function reply(values: Values | undefined): string | undefined {
  if (values === undefined || values === 'text') return undefined;
  if (values === 'folder') return `IFS=$'\\n' && COMPREPLY=($(compgen -d -- "$cur"))`;
  if (values === 'file') return `IFS=$'\\n' && COMPREPLY=($(compgen -f -- "$cur"))`;
  return `COMPREPLY=($(compgen -W '${values.join(' ')}' -- "$cur"))`;
}
