/** An answer of the API that is no success: HTTP status, the platform's error code, a message for people. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  get body(): { readonly error_code: string; readonly message: string } {
    return { error_code: this.code, message: this.message };
  }
}

export function invalidParameter(message: string): ApiError {
  return new ApiError(400, 'INVALID_PARAMETER_VALUE', message);
}

/** The platform answers 400, not 404, for unknown runs, jobs and clusters; SDKs recognise the words "does not exist". */
export function doesNotExist(kind: 'Run' | 'Job' | 'Cluster', id: number | string): ApiError {
  return invalidParameter(`${kind} ${id} does not exist.`);
}
