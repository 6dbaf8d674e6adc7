/** An error as the service tells it: the SDK makes an exception of the type's name. */
export class ServiceError extends Error {
  readonly status: number;
  readonly type: string;

  constructor(status: number, type: string, message: string) {
    super(message);
    this.status = status;
    this.type = type;
  }
}

export function denied(message: string): ServiceError {
  return new ServiceError(403, 'AccessDeniedException', message);
}

export function invalid(message: string): ServiceError {
  return new ServiceError(400, 'ValidationException', message);
}
