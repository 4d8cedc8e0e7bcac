/** `publisher.name` of package.json. */
export const EXTENSION_ID = 'coding-agent.coding-agent-sessions';

/**
 * Every id that package.json contributes, once. test/extension/manifest.test.ts holds both sides equal; a command without
 * a handler does not compile (`commands/commandTable.ts`).
 */
export const CommandId = {
  createSession: 'codingAgent.createSession',
  switchSession: 'codingAgent.switchSession',
  endSession: 'codingAgent.endSession',
  runTask: 'codingAgent.runTask',
  resumeSession: 'codingAgent.resumeSession',
  searchSessions: 'codingAgent.searchSessions',
  showStats: 'codingAgent.showStats',
  exportStats: 'codingAgent.exportStats',
  showOutput: 'codingAgent.showOutput',
  refresh: 'codingAgent.refresh',
  cancelTask: 'codingAgent.cancelTask',
  retryTask: 'codingAgent.retryTask',
  retryTaskWith: 'codingAgent.retryTaskWith',
  showTask: 'codingAgent.showTask',
  copyTaskReport: 'codingAgent.copyTaskReport',
  showTaskForLine: 'codingAgent.showTaskForLine',
  diffTask: 'codingAgent.diffTask',
  undoTask: 'codingAgent.undoTask',
  redoTask: 'codingAgent.redoTask',
  verifyTask: 'codingAgent.verifyTask',
  compareTasks: 'codingAgent.compareTasks',
  forkSession: 'codingAgent.forkSession',
  renameSession: 'codingAgent.renameSession',
  tagSession: 'codingAgent.tagSession',
  pinSession: 'codingAgent.pinSession',
  unpinSession: 'codingAgent.unpinSession',
  archiveSession: 'codingAgent.archiveSession',
  unarchiveSession: 'codingAgent.unarchiveSession',
  deleteSession: 'codingAgent.deleteSession',
  restoreSession: 'codingAgent.restoreSession',
  purgeTrash: 'codingAgent.purgeTrash',
  exportSession: 'codingAgent.exportSession',
  importSession: 'codingAgent.importSession',
  doctor: 'codingAgent.doctor',
  allowOnce: 'codingAgent.allowOnce',
  allowInSession: 'codingAgent.allowInSession',
  allowExactly: 'codingAgent.allowExactly',
  deny: 'codingAgent.deny',
  answer: 'codingAgent.answer',
  reviewQuestion: 'codingAgent.reviewQuestion',
  openItem: 'codingAgent.openItem',
  deleteItem: 'codingAgent.deleteItem',
  renameItem: 'codingAgent.renameItem',
  openFile: 'codingAgent.openFile',
  loadMore: 'codingAgent.loadMore',
  startServer: 'codingAgent.startServer',
  stopServer: 'codingAgent.stopServer',
  showServer: 'codingAgent.showServer',
  showTaskHistory: 'codingAgent.showTaskHistory',
  selectAgent: 'codingAgent.selectAgent',
  manageApprovals: 'codingAgent.manageApprovals',
  setApiKey: 'codingAgent.setApiKey',
  clearApiKey: 'codingAgent.clearApiKey',
} as const;
export type CommandId = (typeof CommandId)[keyof typeof CommandId];
/** Run Task registers the other one, while it asks. */
export type HandledCommand = Exclude<CommandId, typeof CommandId.showTaskHistory>;

export const ViewId = { sessions: 'codingAgent.sessions', stats: 'codingAgent.stats' } as const;

/** The type of the webview panel with the dashboard; it is also in `activationEvents`. */
export const DASHBOARD_VIEW = 'codingAgent.dashboard';

export const ContextKey = {
  /** Some folder's sessions could be read and there are none. */
  empty: 'codingAgent.empty',
  /** A task of this window's folders runs or waits. */
  running: 'codingAgent.running',
  /** A task waits for a person's answer. */
  asked: 'codingAgent.asked',
  /** The input box of Run Task is open. */
  askingForTask: 'codingAgent.askingForTask',
  /** The server of this window runs. */
  serving: 'codingAgent.serving',
} as const;
export type ContextKey = (typeof ContextKey)[keyof typeof ContextKey];

export const SettingId = {
  commandTimeout: 'codingAgent.commandTimeout',
  agent: 'codingAgent.agent',
  model: 'codingAgent.model',
  acpAgents: 'codingAgent.acpAgents',
  editorTools: 'codingAgent.editorTools',
  permissions: 'codingAgent.permissions',
  verify: 'codingAgent.verify',
  showOutputWhenTaskStarts: 'codingAgent.showOutputWhenTaskStarts',
  notifyAfter: 'codingAgent.notifyAfter',
  serverEnabled: 'codingAgent.server.enabled',
  serverPort: 'codingAgent.server.port',
  trashDays: 'codingAgent.trashDays',
  otelEndpoint: 'codingAgent.otel.endpoint',
  otelContent: 'codingAgent.otel.content',
  codeLens: 'codingAgent.codeLens',
  commitTrailer: 'codingAgent.commitTrailer',
  checkpoints: 'codingAgent.checkpoints',
  checkpointGigabytes: 'codingAgent.checkpointGigabytes',
} as const;

/** What language models can do here. */
export const ToolName = {
  createSession: 'coding-agent_createSession',
  listSessions: 'coding-agent_listSessions',
  switchSession: 'coding-agent_switchSession',
  endSession: 'coding-agent_endSession',
  runTask: 'coding-agent_runTask',
  showStats: 'coding-agent_showStats',
} as const;
export type ToolName = (typeof ToolName)[keyof typeof ToolName];

/** `@session` in the chat. */
export const PARTICIPANT = 'coding-agent.session';

/** What a question shows, in an editor: the buttons in its title answer it. */
export const QUESTION_SCHEME = 'coding-agent-question';

/** The text that a question shows: wrapped, and below the answers, which VS Code puts at the top. */
export const QUESTION_LANGUAGE = 'codingAgentQuestion';

/** The output channel: without sticky lines, which take its indentation for nesting. */
export const OUTPUT_LANGUAGE = 'codingAgentOutput';
