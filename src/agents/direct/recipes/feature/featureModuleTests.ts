import { type KnownModule } from '../knownBehaviour.ts';

/** What is true of a module as `writeFeatureModule` writes it. */
export const featureModuleTests: KnownModule = {
  exported: 'createFeature',
  usage: [
    "const search = createFeature('search');",
    "const result = search.run(() => 'the new way', () => 'the old way');",
    'search.enable();',
  ],
  tests: [
    {
      title: 'is off until it is switched on',
      body: dialect => [
        "const feature = createFeature('search');",
        dialect.equal('feature.name', "'search'"),
        dialect.equal('feature.isEnabled()', 'false'),
        'feature.enable();',
        dialect.equal('feature.isEnabled()', 'true'),
        'feature.disable();',
        dialect.equal('feature.isEnabled()', 'false'),
      ],
    },
    {
      title: 'runs what belongs to its state',
      body: dialect => [
        "const feature = createFeature('search', true);",
        dialect.equal("feature.run(() => 'new', () => 'old')", "'new'"),
        'feature.disable();',
        dialect.equal("feature.run(() => 'new', () => 'old')", "'old'"),
      ],
    },
    {
      title: 'tells listeners about changes only, until they leave',
      body: dialect => [
        "const feature = createFeature('search');",
        'let changes = 0;',
        'const leave = feature.onDidChange(() => {',
        '  changes += 1;',
        '});',
        'feature.enable();',
        'feature.enable();',
        dialect.equal('changes', '1'),
        'leave();',
        'feature.disable();',
        dialect.equal('changes', '1'),
      ],
    },
  ],
};
