import type { Suite } from '../suite.mts';
import { activationSuite } from './activation.mts';
import { agentsSuite } from './agents.mts';
import { appendSuite } from './append.mts';
import { captureSuite } from './capture.mts';
import { eventDelaySuite } from './eventDelay.mts';
import { httpSuite } from './http.mts';
import { largeSessionSuite } from './largeSession.mts';
import { listSuite } from './list.mts';
import { peersSuite } from './peers.mts';
import { searchSuite } from './search.mts';
import { treeSuite } from './tree.mts';

/** All that is measured, in the order of the tables. */
export const suites: Readonly<Record<string, Suite>> = {
  activation: { title: 'Activation in VS Code', run: activationSuite },
  tree: { title: 'The tree in VS Code', run: treeSuite },
  list: { title: 'Listing', run: listSuite },
  append: { title: 'Recording', run: appendSuite },
  large: { title: 'Large sessions and memory', run: largeSessionSuite },
  agents: { title: 'Carrying tasks out', run: agentsSuite },
  capture: { title: 'Checkpoints', run: captureSuite },
  http: { title: 'HTTP', run: httpSuite },
  events: { title: 'Event streams', run: eventDelaySuite },
  search: { title: 'Searching', run: searchSuite },
  peers: { title: 'Beside other agents', run: peersSuite },
};
