/**
 * Keeps the current token. `logIn` returns a new one: by the mutation `login`, or from wherever your application gets its
 * tokens.
 */
export function session(logIn) {
  let token;
  return {
    async token() {
      token ??= logIn();
      try {
        return await token;
      } catch (error) {
        token = undefined; // the next one to ask tries again
        throw error;
      }
    },
    /** Call this when the server no longer accepts the token. */
    forget() {
      token = undefined;
    },
  };
}
