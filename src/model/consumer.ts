/** A program that reads some subjects, by the schemas it was built with. */
export interface Consumer {
  readonly name: string;
  /** Names of subjects; `*` stands for any part. */
  readonly subjects: readonly string[];
  readonly readers: readonly ReaderSchema[];
}

export interface ReaderSchema {
  readonly path: string;
  /** Text of an Avro schema: of the whole event, or of the row alone. */
  readonly schema: string;
}

/** What a pending migration does to what one consumer reads. */
export interface ConsumerImpact {
  readonly consumer: string;
  /** File of its reader schema. */
  readonly path: string;
  /**
   * "error": it can no longer read the events; "null", "default": it reads that in place of the value; "wrong-value": it reads the value
   * as another; "silent": it gets nothing any more.
   */
  readonly kind: "error" | "null" | "default" | "wrong-value" | "silent";
  /** Field of the reader schema; null where it is about the whole. */
  readonly field: string | null;
  /** attnum of the column that the field was read from; null where there is none. */
  readonly position: number | null;
  /** In words. */
  readonly reason: string;
  /** One value, decoded by Avro's rules; null where none could be made. */
  readonly example: ConsumerExample | null;
  /** Version that it read so far, where the table gives another schema before the migration already; absent: the migration makes the change. */
  readonly drifted?: number;
}

export interface ConsumerExample {
  /** What the consumer has read so far, as an example. */
  readonly before: string;
  /** What is sent from now on, as the producer means it; null where nothing is. */
  readonly sent: string | null;
  /** What the consumer reads of it. */
  readonly after: string;
}
