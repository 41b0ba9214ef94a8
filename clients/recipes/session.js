/**
 * The token of the moment. `logIn` gives a new one: by the mutation `login`, or from wherever your application has
 * them.
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
    /** To be called when the server does not take the token any more. */
    forget() {
      token = undefined;
    },
  };
}
