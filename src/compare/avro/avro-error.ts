/** A schema that Avro refuses. `exception` is the class Java throws, `message` its text. */
export class AvroError extends Error {
  override readonly name = "AvroError";
  readonly exception: string;
  constructor(exception: string, message: string) {
    super(message);
    this.exception = exception;
  }
}

export function parseError(message: string): AvroError {
  return new AvroError("SchemaParseException", message);
}
