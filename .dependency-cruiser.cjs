// The staircase of ARCHITECTURE.md:
//   core <- store, workspace <- agents <- transfer <- host <- api <- cli | extension
// and the client of the HTTP API: core <- client
// A room may import itself and the rooms listed here, also as types, and nothing else in src.
'use strict';

const rooms = {
  core: [],
  store: ['core'],
  workspace: ['core'],
  agents: ['core', 'store', 'workspace'],
  transfer: ['core', 'store', 'workspace', 'agents'],
  host: ['core', 'store', 'workspace', 'agents', 'transfer'],
  api: ['core', 'store', 'workspace', 'agents', 'transfer', 'host'],
  client: ['core'],
  cli: ['core', 'store', 'workspace', 'agents', 'transfer', 'host', 'api'],
  extension: ['core', 'store', 'workspace', 'agents', 'transfer', 'host', 'api'],
};

const oneOf = names => `^src/(${names.join('|')})/`;
const unplaced = { path: '^src/', pathNot: oneOf(Object.keys(rooms)) };

const staircase = Object.entries(rooms).map(([room, below]) => ({
  name: `staircase-${room}`,
  comment: `src/${room} imports only ${[room, ...below].join(', ')}`,
  severity: 'error',
  from: { path: oneOf([room]) },
  to: { path: '^src/', pathNot: oneOf([room, ...below]) },
}));

module.exports = {
  forbidden: [
    ...staircase,
    // `require('esbuild')` in esbuild.js would be taken for the file itself.
    { name: 'no-circular', severity: 'error', from: { pathNot: '^esbuild\\.js$' }, to: { circular: true } },
    {
      name: 'unplaced-file',
      comment: 'Every file in src is in a room.',
      severity: 'error',
      from: unplaced,
      to: {},
    },
    { name: 'unplaced-target', severity: 'error', from: {}, to: unplaced },
    { name: 'unplaced-orphan', severity: 'error', from: { orphan: true, ...unplaced }, to: {} },
    {
      name: 'vscode-only-in-extension',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/extension/' },
      to: { path: '(^|/)vscode($|/)' },
    },
    {
      name: 'core-is-pure',
      comment: 'No node: module and no package in src/core.',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { pathNot: '^src/core/' },
    },
    {
      name: 'src-knows-no-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|scripts|bench)/' },
    },
    {
      name: 'not-resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^vscode$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
