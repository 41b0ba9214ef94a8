import { createClient } from "graphql-sse";
import { patient } from "./patient.js";
import { resuming } from "./resume.js";

/** Subscriptions as event streams over HTTP, for networks that websockets do not get through. */
export function connect(url, session, options, fetch = patient()) {
  return resuming(
    createClient({
      url,
      headers: async () => ({ authorization: `Bearer ${await session.token()}` }),
      async fetchFn(...request) {
        const response = await fetch(...request);
        if (response.status === 401) session.forget(); // the client comes back with a new token
        return response;
      },
      retryAttempts: Infinity,
      ...options,
    }),
  );
}
