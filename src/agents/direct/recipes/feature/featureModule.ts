import { type ModuleOptions } from '../component/pageModule.ts';

/** A switch behind which new behaviour can be built. Template style; the same whatever its file is called. */
export function writeFeatureModule({ typescript, commonModule }: ModuleOptions): string {
  const typed = (annotation: string) => (typescript ? annotation : '');
  const declared = commonModule ? 'function' : 'export function';
  return [
    ...(typescript ? interfaces : []),
    ...documentation(typescript),
    `${declared} createFeature(name${typed(': string')}, enabled = false)${typed(': Feature')} {`,
    `  const listeners = new Set${typed('<(enabled: boolean) => void>')}();`,
    `  function set(value${typed(': boolean')})${typed(': void')} {`,
    '    if (value === enabled) return;',
    '    enabled = value;',
    '    for (const listener of listeners) listener(value);',
    '  }',
    '  return {',
    '    name,',
    '    isEnabled: () => enabled,',
    '    enable: () => set(true),',
    '    disable: () => set(false),',
    '    run: (action, otherwise) => (enabled ? action() : otherwise()),',
    '    onDidChange(listener) {',
    '      listeners.add(listener);',
    '      return () => {',
    '        listeners.delete(listener);',
    '      };',
    '    },',
    '  };',
    '}',
    '',
    ...(commonModule ? ['module.exports = { createFeature };', ''] : []),
  ].join('\n');
}

const interfaces = [
  'export interface Feature {',
  '  readonly name: string;',
  '  isEnabled(): boolean;',
  '  enable(): void;',
  '  disable(): void;',
  '  /** The result of the action when the feature is on, else of the other one. */',
  '  run<T>(action: () => T, otherwise: () => T): T;',
  '  /** Calls the listener whenever the feature is switched. Returns what removes it. */',
  '  onDidChange(listener: (enabled: boolean) => void): () => void;',
  '}',
  '',
];

function documentation(typescript: boolean): readonly string[] {
  const summary =
    'A feature that can be switched while the program runs, off at first: new behaviour goes behind it.';
  if (typescript) return [`/** ${summary} */`];
  return ['/**', ` * ${summary}`, ' *', ' * @param {string} name', ' * @param {boolean} [enabled]', ' */'];
}
