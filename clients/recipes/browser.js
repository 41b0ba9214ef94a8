import { createClient } from "graphql-ws";
import { resuming } from "./resume.js";

const login = `mutation($input: LoginInput!) { login(input: $input) { agent { id name } userErrors { message } } }`;

/**
 * The API for a page whose browser keeps the session in a cookie: no script, and so no page that was broken into, can read
 * the token. `loggedOut` is called when there is no session, or none any more: show the log-in.
 */
export function browser(url, { loggedOut = () => {}, fetch = globalThis.fetch, ...options } = {}) {
  async function ask(query, variables) {
    const response = await fetch(url, {
      method: "POST",
      credentials: "include", // for a page of another origin; its own would send the cookie anyway
      headers: { "content-type": "application/json", "x-foyer-csrf": "1" },
      body: JSON.stringify({ query, variables }),
    });
    if (response.status === 401) loggedOut();
    const { data, errors } = await response.json();
    if (errors) throw new Error(errors[0].message);
    return data;
  }
  return {
    ask,
    /** Returns the agent. */
    async logIn(email, password, remember = false) {
      const { agent, userErrors } = (await ask(login, { input: { email, password, cookie: true, remember } })).login;
      if (!agent) throw new Error(userErrors[0].message);
      return agent;
    },
    logOut: () => ask("mutation { logout(input: {}) { userErrors { message } } }"),
    /** Subscriptions over a websocket. Call it again after a log-in: it ends with the session. */
    connect() {
      const over = ({ code }) => code === 4401 || code === 4403;
      return resuming(
        createClient({
          url: url.replace(/^http/, "ws"),
          retryAttempts: Infinity,
          shouldRetry: (event) => !over(event),
          ...options,
          on: { ...options.on, closed: (event) => over(event) && loggedOut() },
        }),
      );
    },
  };
}
