import { STATUS_CODES } from 'node:http';

/** The error that Atlas gives with a status where nothing more is known of the cause. */
const DEFAULT_ERRORS: Readonly<Record<number, { errorCode: string; detail: string }>> = {
  401: { errorCode: 'UNAUTHORIZED', detail: 'You are not authorized for this resource.' },
  403: { errorCode: 'USER_UNAUTHORIZED', detail: 'Current user is not authorized to perform this action.' },
  404: { errorCode: 'RESOURCE_NOT_FOUND', detail: 'Cannot find the resource.' },
  406: { errorCode: 'INVALID_VERSION_DATE', detail: 'Invalid accept header or version date.' },
  409: { errorCode: 'CONFLICT', detail: 'Another change of this resource is under way.' },
  415: { errorCode: 'UNSUPPORTED_MEDIA_TYPE', detail: 'The Content-Type of the body is not supported.' },
  429: { errorCode: 'RATE_LIMITED_TOKEN_BUCKET', detail: 'The rate limit of this endpoint has been reached.' },
  500: { errorCode: 'UNEXPECTED_ERROR', detail: 'Unexpected error.' },
};

/** A refusal that ends a call; the endpoint that catches it answers with `response`. */
export class AtlasRefusal extends Error {
  override readonly name = 'AtlasRefusal';
  readonly response: Response;

  constructor(response: Response) {
    super(`Refused with ${response.status}`);
    this.response = response;
  }
}

/** The error body of the Atlas Administration API (schema `ApiError`), always plain `application/json`. */
export function errorResponse(
  status: number,
  options: {
    errorCode?: string;
    detail?: string;
    parameters?: readonly string[];
    headers?: Record<string, string>;
  } = {},
): Response {
  const fallback = DEFAULT_ERRORS[status];
  const reason = STATUS_CODES[status] ?? 'Unknown';
  return Response.json(
    {
      detail: options.detail ?? fallback?.detail ?? `${reason}.`,
      error: status,
      errorCode: options.errorCode ?? fallback?.errorCode ?? reason.toUpperCase().replaceAll(/[^A-Z]+/g, '_'),
      parameters: options.parameters ?? [],
      reason,
    },
    { status, headers: options.headers },
  );
}

/** The refusal to throw, in the same form. */
export function refusal(...args: Parameters<typeof errorResponse>): AtlasRefusal {
  return new AtlasRefusal(errorResponse(...args));
}
