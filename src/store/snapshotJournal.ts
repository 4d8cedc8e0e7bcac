import type { SessionState } from '../core/state.ts';
import { isAt, type JournalPosition } from './journalPosition.ts';
import { type JournalDamage, JournalReader } from './journalReader.ts';
import { SegmentFiles } from './segmentFiles.ts';
import type { SessionBuilder } from './sessionBuilder.ts';
import type { StorePorts } from './storePorts.ts';

/** What the journal says up to where the snapshot was made. */
interface Rebuilt {
  readonly state: SessionState | undefined;
  readonly damage: readonly JournalDamage[];
}

/** The journal that a snapshot was made from, for when the snapshot has its records no more. */
export class SnapshotJournal {
  readonly #sessionId: string;
  readonly #position: JournalPosition;
  readonly #builder: SessionBuilder;
  readonly #ports: StorePorts;
  #rebuilt: Rebuilt | undefined;

  /** `position`: where the snapshot was made. */
  constructor(sessionId: string, position: JournalPosition, builder: SessionBuilder, ports: StorePorts) {
    this.#sessionId = sessionId;
    this.#position = position;
    this.#builder = builder;
    this.#ports = ports;
  }

  /** Whether it ends, or goes on, where it did when the snapshot was made. */
  isInPlace(): boolean {
    return this.#read(segments => isAt(segments, this.#position));
  }

  /** Read once, unless it has nothing: what is not there may come back. */
  upToSnapshot(): Rebuilt {
    const rebuilt = this.#rebuilt ?? this.#read(segments => this.#rebuild(segments));
    if (rebuilt.state !== undefined) this.#rebuilt = rebuilt;
    return rebuilt;
  }

  #read<T>(read: (segments: SegmentFiles) => T): T {
    const { files, paths } = this.#ports;
    const segments = new SegmentFiles(files, segment => paths.journal(this.#sessionId, segment));
    try {
      return read(segments);
    } finally {
      segments.close();
    }
  }

  #rebuild(segments: SegmentFiles): Rebuilt {
    this.#ports.logger.debug(`The snapshot of ${this.#sessionId} is not what it was; its journal is read.`);
    const damage: JournalDamage[] = [];
    let state: SessionState | undefined;
    for (const item of new JournalReader(segments).read(false)) {
      if (item.kind === 'damage') damage.push(item.damage);
      const isCovered = item.kind === 'record' && item.record.seq <= this.#position.seq;
      if (isCovered) state = this.#builder.addIfPlaced(state, item.record);
    }
    return { state, damage };
  }
}
