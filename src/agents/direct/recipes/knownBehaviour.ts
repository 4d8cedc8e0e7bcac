import { type TestDialect } from './tests/testDialect.ts';

/** A test whose title and statements hold for a module that a recipe wrote. */
export interface KnownTest {
  readonly title: string;
  body(dialect: TestDialect): readonly string[];
}

/** A module that stands as a recipe wrote it, so that its behaviour is known. */
export interface KnownModule {
  /** The function that it exports. */
  readonly exported: string;
  /** Lines that use it. */
  readonly usage: readonly string[];
  readonly tests: readonly KnownTest[];
}
