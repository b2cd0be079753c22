// The answers that are no, each with its status.

export const problemStatuses = {
  NOT_UNDERSTOOD: 400,
  NOT_SIGNED_IN: 401,
  LAUNCH_INVALID: 401,
  FOREIGN_HOST: 403,
  FOREIGN_ORIGIN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  COMMAND_REFUSED: 409,
  REVIEW_REFUSED: 409,
  BODY_TOO_LARGE: 413,
  NOT_JSON: 415,
  FAILED: 500,
} as const;

export type ProblemCode = keyof typeof problemStatuses;

export interface Problem {
  readonly code: ProblemCode;
  readonly message: string;
}
