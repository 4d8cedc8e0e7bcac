// Activates the extension bundle named by the first argument against a stand-in for VS Code, and prints as JSON which
// synchronous functions of node:fs were called: while the code was loaded (other than by `require` itself), and by
// activate(). The second argument is the folder that is open.
'use strict';

const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');

const [bundle, folder] = process.argv.slice(2);
const calls = { loading: [], activating: [] };
let phase;

for (const name of Object.keys(fs).filter(key => key.endsWith('Sync'))) {
  const original = fs[name];
  fs[name] = function (...args) {
    const file = typeof args[0] === 'string' ? args[0] : '';
    const isRequire = phase === 'loading' && file.startsWith(path.dirname(bundle));
    if (phase !== undefined && !isRequire) calls[phase].push(`${name} ${file}`);
    return original.apply(this, args);
  };
}

/** Whatever is asked of it, there is something: to call, to construct, to extend, to look into. */
function anything() {
  const target = function () {};
  const properties = new Map();
  const proxy = new Proxy(target, {
    get(_target, key) {
      if (key === 'prototype') return target.prototype;
      if (key === 'then' || key === Symbol.iterator) return undefined;
      if (key === Symbol.toPrimitive && !properties.has(key)) return () => '';
      if (!properties.has(key)) properties.set(key, anything());
      return properties.get(key);
    },
    set(_target, key, value) {
      properties.set(key, value);
      return true;
    },
    apply: () => anything(),
    construct: (_target, _args, made) => (made === proxy ? anything() : Object.create(made.prototype)),
  });
  return proxy;
}

const uri = { scheme: 'file', fsPath: folder, path: folder, toString: () => `file://${folder}` };
const workspace = anything();
workspace.workspaceFolders = [{ uri, name: 'folder', index: 0 }];
workspace.isTrusted = true;
const window = anything();
window.activeTextEditor = undefined;
const registered = [];
const commands = anything();
commands.registerCommand = name => {
  registered.push(name);
  return { dispose() {} };
};
class EventEmitter {
  event = () => ({ dispose() {} });
  fire() {}
  dispose() {}
}
// The bundle takes the own properties of a module, and whatever its prototype has.
const vscode = Object.assign(Object.create(anything()), { workspace, window, commands, EventEmitter });

const load = Module._load;
Module._load = (request, ...rest) => (request === 'vscode' ? vscode : load(request, ...rest));

phase = 'loading';
const extension = require(bundle);
phase = 'activating';
const context = anything();
context.subscriptions = [];
const api = extension.activate(context);
phase = undefined;
const answer = { ...calls, returned: typeof api, registered: registered.length };
process.stdout.write(`${JSON.stringify(answer)}\n`, () => process.exit(0));
