import { createClient } from "graphql-ws";
import { resuming } from "./resume.js";

/** Queries, mutations and subscriptions over one websocket: `connect("wss://desk.example.com/graphql", session)`. */
export function connect(url, session, options) {
  return resuming(
    createClient({
      url,
      connectionParams: async () => ({ authorization: `Bearer ${await session.token()}` }),
      retryAttempts: Infinity, // servers restart, laptops sleep
      shouldRetry: () => true, // also when nobody answers; the codes that make no sense to repeat end it all the same
      on: {
        closed({ code }) {
          // 4403: the token has ended, the client comes back with a new one. 4401: it was none, the client gives up.
          if (code === 4403 || code === 4401) session.forget();
        },
      },
      ...options,
    }),
  );
}
