/**
 * A `fetch` that waits as long as the server says (`Retry-After`, in seconds) and asks again: when the account has
 * spent its points (429), and while the server is overloaded or restarts (503). A request with such an answer has changed
 * nothing.
 */
export function patient(fetch = globalThis.fetch) {
  return async (...request) => {
    for (;;) {
      const response = await fetch(...request);
      const seconds = Number(response.headers.get("retry-after"));
      if ((response.status !== 429 && response.status !== 503) || !seconds) return response;
      await response.body?.cancel();
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    }
  };
}
