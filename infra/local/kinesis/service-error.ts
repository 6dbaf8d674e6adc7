/** An error as the service tells it in JSON 1.1: clients make an exception of the type's name. */
export class ServiceError extends Error {
  readonly status: number;
  readonly type: string;

  constructor(type: string, message: string, status = 400) {
    super(message);
    this.type = type;
    this.status = status;
  }
}

export function invalidArgument(message: string): ServiceError {
  return new ServiceError('InvalidArgumentException', message);
}

/** kinesalite's own errors carry the answer that they are for. */
export function toServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  const { statusCode, body } = error as { statusCode?: number; body?: Readonly<Record<string, string>> };
  if (statusCode === undefined || body?.['__type'] === undefined) {
    return new ServiceError('InternalFailure', error instanceof Error ? error.message : String(error), 500);
  }
  return new ServiceError(body['__type'], body['message'] ?? body['Message'] ?? '', statusCode);
}
