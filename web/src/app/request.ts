import type { TypedDocumentString } from "../api/graphql.ts";

/** An error of a request itself, by its code: UNAUTHENTICATED, RATE_LIMITED, INTERNAL and so on. NETWORK: it got no answer. */
export class RequestError extends Error {
  constructor(
    readonly code: string,
    message: string,
    /** What the server's log has about it. */
    readonly reference?: string,
  ) {
    super(message);
  }
}

interface Answer<T> {
  readonly data?: T | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string; readonly reference?: string } }[];
}

/** How often a request waits for its turn before it gives up, when the server asks for patience. */
const patience = 5;

/** Sends a query or a mutation, as the agent whose session the browser has. It fails with a RequestError. */
export async function request<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  ...[variables]: Variables extends Record<string, never> ? [] : [Variables]
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    const response = await fetch("/graphql", {
      method: "POST",
      credentials: "same-origin",
      headers: { "content-type": "application/json", "x-foyer-csrf": "1" },
      body: JSON.stringify({ query: document.toString(), variables }),
    }).catch(() => {
      throw new RequestError("NETWORK", "The server cannot be reached.");
    });
    const wait = Number(response.headers.get("retry-after"));
    if ((response.status === 429 || response.status === 503) && wait && attempt < patience) {
      await new Promise((resolve) => setTimeout(resolve, wait * 1000));
      continue;
    }
    const answer = (await response.json().catch(() => ({}))) as Answer<Result>;
    const [error] = answer.errors ?? [];
    if (error) throw new RequestError(error.extensions?.code ?? "INTERNAL", error.message, error.extensions?.reference);
    if (!answer.data) throw new RequestError("INTERNAL", `The server answered ${response.status}.`);
    return answer.data;
  }
}
