/** One control taken away, and the suite that must notice. */
export interface Mutant {
  readonly control: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly suite: string;
  readonly grep?: string;
  /** Of the cases of the suite. */
  readonly share: number;
  /** Quick enough for every run. */
  readonly isQuick?: boolean;
}

const WRITER = 'src/store/journalWriter.ts';
const LOCK = 'src/store/sessionLock.ts';
const LIVE = 'src/store/liveSession.ts';
const RESTORE = 'src/store/journalRestore.ts';

export const MUTANTS: readonly Mutant[] = [
  {
    control: 'an append is synced before it is acknowledged',
    ...{ file: WRITER, suite: 'power', share: 0.01, isQuick: true },
    from: 'await this.#ports.files.datasync(descriptor);\n      if (!this.#named.has(target.segment))',
    to: 'if (!this.#named.has(target.segment))',
  },
  {
    control: 'a failed sync is not tried again on the same file',
    ...{ file: WRITER, suite: 'power', share: 0.1 },
    from: 'this.#distrust(kept);\n      return this.#appendToNew(target.segment, [], error);',
    to: 'await this.#ports.files.datasync(descriptor);',
  },
  {
    control: 'what is in doubt goes in front of what comes next',
    ...{ file: WRITER, suite: 'faults', grep: 'append', share: 1 },
    from: 'this.#doubtful = lines;',
    to: 'this.#doubtful = [];',
  },
  {
    control: 'the owner of a lock is durable before the lock',
    ...{ file: LOCK, suite: 'power', share: 0.02, isQuick: true },
    from: 'await files.datasync(descriptor);',
    to: 'await Promise.resolve();',
  },
  {
    control: 'a new journal is synced before it has its name',
    ...{ file: 'src/store/wholeFile.ts', suite: 'power', share: 0.02 },
    from: 'await files.datasync(file.descriptor);',
    to: 'await Promise.resolve();',
  },
  {
    control: 'the name of a new journal is synced',
    ...{ file: 'src/store/wholeFile.ts', suite: 'power', share: 0.02 },
    from: 'await files.syncDirectory(dirname(path));',
    to: 'await Promise.resolve(dirname(path));',
  },
  {
    control: 'a session that could not be made leaves nothing',
    ...{ file: 'src/store/wholeFile.ts', suite: 'faults', grep: 'save', share: 1 },
    from: 'files.unlink(name);',
    to: 'if (name === temporary) files.unlink(name);',
  },
  {
    control: 'the content of a blob is synced',
    ...{ file: 'src/store/blobFile.ts', suite: 'power', share: 0.05 },
    from: 'await this.#sync(await this.#open());',
    to: 'await this.#open();',
  },
  {
    control: 'records are found beside rubbish',
    ...{ file: 'src/store/journalReader.ts', suite: 'fuzz', share: 0.01, isQuick: true },
    from: 'const found = salvage(line.bytes);',
    to: 'const found = salvage(line.bytes.subarray(0, 0));',
  },
  {
    control: 'a snapshot that may have what the journal lost is kept',
    ...{ file: 'src/store/snapshotKeeper.ts', suite: 'fuzz', share: 0.1 },
    from: 'const name = await keepOriginal(path, this.#ports);',
    to: 'const name = path;',
  },
  {
    control: 'a removed file of a journal that goes on is put back',
    ...{ file: LIVE, suite: 'faults', grep: 'write again', share: 1 },
    from: 'if (state.deleted || !segments.look(reader.segment).same) return;',
    to: 'if (segments.held.length > 0) return;',
  },
  {
    control: 'a lock is taken only from the dead',
    ...{ file: LOCK, suite: 'processes', grep: 'stopped', share: 0.5 },
    from: "if (verdict === 'dead' &&",
    to: "if (verdict !== 'free' &&",
  },
  {
    control: 'a lock is taken from the dead',
    ...{ file: LOCK, suite: 'processes', grep: 'killed', share: 0.2 },
    from: "if (verdict === 'dead' &&",
    to: "if (verdict === 'unknown' &&",
  },
  {
    control: 'a writer reads what others wrote',
    ...{ file: LIVE, suite: 'processes', grep: '8 writers', share: 0.1 },
    from: '} else this.#catchUp(true);',
    to: '}',
  },
  {
    control: 'tasks of the dead are closed on opening',
    ...{ file: 'src/core/interruption.ts', suite: 'phases', share: 0.02 },
    from: 'return [...closing, interruptedEvent(',
    to: 'return closing; [interruptedEvent(',
  },
  {
    control: 'every open call gets a result',
    ...{ file: 'src/core/interruption.ts', suite: 'phases', share: 0.02 },
    from: 'return [...closing, interruptedEvent(',
    to: 'return [interruptedEvent(',
  },
  {
    control: 'commands that outlived their host are ended',
    ...{ file: 'src/core/interruption.ts', suite: 'phases', share: 0.02 },
    from: 'call.process && processes.endGroup(call.process)',
    to: 'call.process && processes.stateOf(processes.self)',
  },
  {
    control: 'a full disk is waited for',
    ...{ file: 'src/core/taskRecorder.ts', suite: 'disk', share: 0.5 },
    from: "error.code !== 'storage_full' || signal.aborted",
    to: "error.code === 'storage_full' || signal.aborted",
  },
  {
    control: 'a large output survives a full disk',
    ...{ file: 'src/store/blobFile.ts', suite: 'disk', share: 1 },
    from: "if (failure.code !== 'storage_full') this.#discard();",
    to: 'this.#discard();',
  },
  {
    control: 'what a foreign hand removed is written again',
    ...{ file: RESTORE, suite: 'interleave', share: 0.02, isQuick: true },
    from: 'if (missing.length > 0) await writeAgain(sessionId, missing, disk, ports);',
    to: 'if (missing.length > 1e9) await writeAgain(sessionId, missing, disk, ports);',
  },
  {
    control: 'a second history is kept aside',
    ...{ file: RESTORE, suite: 'interleave', share: 0.02 },
    from: 'if (fresh.length > 0) {',
    to: 'if (fresh.length > 1e9) {',
  },
  {
    control: 'what is durable in a file that lost its name is written again before it is acknowledged',
    ...{ file: LIVE, suite: 'interleave', share: 0.02, isQuick: true },
    from: 'return !isLastInPlace(this.#loaded);',
    to: 'return false;',
  },
  {
    control: 'a line goes into the file that was read, or nowhere',
    ...{ file: WRITER, suite: 'interleave', share: 0.02 },
    from: 'if (!isExpected(stat, expected)) throw new JournalReplaced();',
    to: 'if (isExpected(stat, 5 as never)) throw new JournalReplaced();',
  },
  {
    control: 'what was known is let go of only for what has it all',
    ...{ file: RESTORE, suite: 'interleave', share: 0.1 },
    from: 'else if (missing.length === 0) isComplete = isInPlace(disk);',
    to: 'else isComplete = true;',
  },
  {
    control: 'a ledger is never reached through a link',
    ...{ file: 'src/store/storeFolder.ts', suite: 'hostileFolder', grep: 'opening and serving', share: 0.6 },
    from: "if (stat === undefined || stat.kind === 'directory') return stat;",
    to: "if (stat === undefined || stat.kind !== 'file') return stat;",
  },
  {
    control: 'nothing is done in a folder that nobody trusted',
    ...{ file: 'src/host/workspaceGate.ts', suite: 'hostileFolder', grep: 'nobody trusted', share: 0.15 },
    from: 'if (trusted) return;',
    to: 'if ((trusted = true)) return;',
  },
  {
    control: 'git starts no monitor that a repository names',
    ...{
      file: 'src/workspace/git.ts',
      suite: 'hostileFolder',
      grep: 'git runs nothing',
      share: 1,
      isQuick: true,
    },
    from: "['core.fsmonitor', 'false'],",
    to: "['core.fsmonitors', 'false'],",
  },
  {
    control: 'git starts no filter that a repository names',
    ...{ file: 'src/workspace/git.ts', suite: 'hostileFolder', grep: 'git runs nothing', share: 1 },
    from: "...[...new Set(drivers)].map(key => [key, ''] as const),",
    to: '',
  },
  {
    control: 'folders are opened without following links',
    ...{ file: 'src/workspace/directory.ts', suite: 'escape', grep: 'turns into a link', share: 1 },
    from: 'constants.O_DIRECTORY | constants.O_NOFOLLOW;',
    to: 'constants.O_DIRECTORY;',
  },
  {
    control: 'a rule speaks of argument lists, never of what a shell reads',
    ...{
      file: 'src/agents/permissionRule.ts',
      suite: 'escape',
      grep: 'command line',
      share: 1,
      isQuick: true,
    },
    from: 'if (actual === undefined) return false;',
    to: 'if (actual === undefined) return true;',
  },
  {
    control: 'the lock is exclusive',
    ...{ file: LOCK, suite: 'processes', grep: '8 writers', share: 0.1 },
    from: "if (code === 'EEXIST') return undefined;",
    to: "if (code === 'EEXIST') return 1;",
  },
];
