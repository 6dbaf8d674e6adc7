/** A request that Kinesis, or this gateway in its place, answers with `{"__type","message"}`. */
export class KinesisFailure extends Error {
  override readonly name = 'KinesisFailure';
  readonly status: number;
  /** Name of the error in the API of Kinesis. */
  readonly type: string;

  constructor({ status, type, message }: { readonly status: number; readonly type: string; readonly message: string }) {
    super(message);
    this.status = status;
    this.type = type;
  }
}

/** A request that is refused before any of it is sent. */
export function refuse(message: string): KinesisFailure {
  return new KinesisFailure({ status: 400, type: 'ValidationException', message });
}
