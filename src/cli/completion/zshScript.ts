import {
  type CompletedCommand,
  type CompletedValue,
  namesWithValue,
  optionsWithValue,
  type Values,
} from './completedCommands.ts';

interface Entry {
  readonly name: string;
  readonly what: string;
}

/** To be sourced, or read from a folder of the fpath. */
export function zshScript(commands: readonly CompletedCommand[]): string {
  const words = commands.filter(command => command.words !== '').map(command => quoted(command.words));
  return `#compdef coding-agent
# zsh completion of coding-agent, made by: coding-agent completion zsh
_coding_agent() {
  local at='' takes='' word
  local -a found
  for word in "\${(@)words[2,CURRENT-1]}"; do
    if [[ -n $takes ]]; then
      takes=''
      continue
    fi
    case $word in
      --) return ;;
      (${namesWithValue(commands).join('|')}) takes=$word ;;
      -*) ;;
      *)
        case "\${at:+$at }$word" in
          (${words.join('|')}) at="\${at:+$at }$word" ;;
        esac
        ;;
    esac
  done
  if [[ -z $takes && $words[CURRENT] == --*=* ]]; then
    takes=\${words[CURRENT]%%=*}
    compset -P '*='
  fi
  if [[ -n $takes ]]; then
    case "$at $takes" in
${optionsWithValue(commands)
  .flatMap(each => caseOf(takenBy(each), offer(each.values)))
  .join('\n')}
    esac
    return
  fi
  if [[ $words[CURRENT] == -* ]]; then
    case $at in
${commands.flatMap(command => caseOf(quoted(command.words), described(command.options, '-o option'))).join('\n')}
    esac
    return
  fi
  case $at in
${commands.flatMap(command => caseOf(quoted(command.words), offerPlace(command))).join('\n')}
  esac
}
if [[ $funcstack[1] == _coding_agent || $funcstack[1] == _coding-agent ]]; then
  _coding_agent "$@"
else
  compdef _coding_agent coding-agent
fi
`;
}

function takenBy({ words, name }: CompletedValue): string {
  return words === undefined ? `*${quoted(` ${name}`)}` : quoted(`${words} ${name}`);
}

function offerPlace({ commands, values }: CompletedCommand): string | undefined {
  return commands.length > 0 ? described(commands, 'command') : offer(values);
}

function offer(values: Values | undefined): string | undefined {
  if (values === undefined || values === 'text') return undefined;
  if (values === 'folder') return '_files -/';
  if (values === 'file') return '_files';
  return `found=(${values.map(quoted).join(' ')}) && _describe value found`;
}

function described(entries: readonly Entry[], title: string): string {
  const list = entries.map(({ name, what }) => quoted(`${name}:${what.replaceAll(':', '\\:')}`));
  return `found=(${list.join(' ')}) && _describe ${title} found`;
}

function caseOf(pattern: string, action: string | undefined): string[] {
  return action === undefined ? [] : [`      (${pattern}) ${action} ;;`];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
