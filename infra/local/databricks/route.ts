/** What one area of the API gives to the server. */

export type ApiVersion = '2.0' | '2.1' | '2.2';

export interface ApiCall {
  /** Body, query and parts of the path in one object, not checked yet. Clients send numbers and booleans as text, too. */
  readonly parameters: unknown;
  readonly version: ApiVersion;
}

/** Answers with the body of a 200, or throws an ApiError. */
export type Handler = (call: ApiCall) => object | Promise<object>;

export interface RouteGroup {
  /** Versions under which clients look for these paths. */
  readonly versions: readonly ApiVersion[];
  /** By method and path behind `/api/<version>/`, for example `GET jobs/runs/get` or `PUT permissions/jobs/:job_id`. */
  readonly routes: Readonly<Record<string, Handler>>;
}
