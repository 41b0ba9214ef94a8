import { createClient } from "graphql-ws";
import { resuming } from "./resume.js";

/** Queries, mutations and subscriptions over one websocket: `connect("wss://desk.example.com/graphql", session)`. */
export function connect(url, session, { on, ...options } = {}) {
  let refused = 0; // tokens in a row
  return resuming(
    createClient({
      url,
      async connectionParams() {
        try {
          return { authorization: `Bearer ${await session.token()}` };
        } catch (error) {
          refused++;
          throw error;
        }
      },
      retryAttempts: Infinity, // servers restart, laptops sleep
      // It also retries when nobody answers; close codes after which that makes no sense end it all the same. But if there
      // was no new token, or it is refused like the one before it, somebody has to log in.
      shouldRetry: () => refused < 2,
      ...options,
      on: {
        ...on,
        connected(...told) {
          refused = 0;
          on?.connected?.(...told);
        },
        closed(event) {
          if (event.code === 4403) refused++; // the token has ended: come back with a new one
          if (event.code === 4403 || event.code === 4401) session.forget();
          on?.closed?.(event);
        },
      },
    }),
  );
}
