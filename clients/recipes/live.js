import { events } from "./events.js";

/** Errors that mean: read again, and follow from there. */
const readAgain = ["SCOPE_CHANGED", "CURSOR_EXPIRED", "CONSUMER_TOO_SLOW"];

/**
 * Keeps a screen fresh. `read` reads and shows everything, and returns the `head` of the same query. `happened` is called
 * with each item after that, `failed` with an error that this function cannot handle. The client is that of graphql-ws or
 * graphql-sse. Returns a function that stops it.
 */
export function live(client, { read, happened, failed }) {
  let stopped = false;
  let unsubscribe;
  async function begin() {
    const after = await read();
    if (stopped) return;
    unsubscribe = client.subscribe(
      { query: events, variables: { after } },
      {
        next: ({ data, errors }) => (errors ? ended(errors) : happened(data.events)),
        error: ended,
        complete() {},
      },
    );
  }
  function ended(problem) {
    if (stopped) return;
    const again = readAgain.includes(problem[0]?.extensions?.code);
    again ? begin().catch(failed) : failed(problem);
  }
  begin().catch(failed);
  return () => {
    stopped = true;
    unsubscribe?.();
  };
}
