import type { ApiError } from "@underseal/api";
import type { Result } from "@underseal/foundation";

/** Carries an API error through what only knows exceptions: the query cache and the router. */
export class ApiFailure extends Error {
  readonly problem: ApiError;

  constructor(problem: ApiError) {
    super(problem.code);
    this.problem = problem;
  }
}

/** The value, or an exception that `problemOf` reads again. */
export const valueOrThrow = <T>(result: Result<T, ApiError>): T => {
  if (!result.ok) throw new ApiFailure(result.error);
  return result.value;
};

/** What a page can say about anything thrown. */
export const problemOf = (error: unknown): ApiError =>
  error instanceof ApiFailure
    ? error.problem
    : { code: "NETWORK", detail: error instanceof Error ? error.message : "unknown" };
