// A page whose browser keeps the session in a cookie. Node keeps none, so the test does.
import assert from "node:assert/strict";
import { test } from "node:test";
import WebSocket from "ws";
import { Follower } from "./follower.js";
import { browser } from "./recipes/browser.js";
import { events } from "./recipes/events.js";
import { given, serve } from "./server.js";

const server = await serve();
const origin = new URL(server.url).origin;

/** A page in a browser of its own, and how often it was told that there is no session. */
function open(t) {
  const cookies = new Map();
  const sent = () => [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const page = { told: 0, cookies };
  page.api = browser(server.url, {
    loggedOut: () => page.told++,
    async fetch(url, { credentials, headers, ...options }) {
      assert.equal(credentials, "include");
      const response = await fetch(url, { ...options, headers: { ...headers, origin, cookie: sent() } });
      for (const cookie of response.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
        if (value) cookies.set(name, value);
        else cookies.delete(name);
      }
      return response;
    },
    webSocketImpl: class extends WebSocket {
      constructor(address, protocols) {
        super(address, protocols, { headers: { origin, cookie: sent() } });
      }
    },
  });
  page.follow = () => {
    const socket = page.api.connect();
    t.after(() => socket.dispose());
    const follower = new Follower();
    follower.stop = socket.subscribe({ query: events, variables: {} }, follower);
    return follower;
  };
  return page;
}

test("a page is logged in until it logs out, and its socket ends with the session", async (t) => {
  const page = open(t);
  await assert.rejects(page.api.ask("{ head }"));
  assert.equal(page.told, 1);
  await assert.rejects(page.api.logIn(given.owner.email, "a guess"), /wrong/);
  const agent = await page.api.logIn(given.owner.email, given.owner.password);
  assert.equal(page.cookies.size, 1);
  assert.deepEqual((await page.api.ask("{ me { id name } }")).me, agent);
  const follower = page.follow();
  await follower.until(({ items }) => items.some(({ __typename }) => __typename === "StreamReady"), "ready");
  await page.api.logOut();
  await follower.until(({ failure }) => failure, "ended");
  assert.equal(follower.failure.code, 4403);
  assert.equal(page.told, 2);
  assert.equal(page.cookies.size, 0);
});

test("a session that was ended elsewhere is over, and the page can log in again", async (t) => {
  const [here, there] = [open(t), open(t)];
  await here.api.logIn(given.owner.email, given.owner.password, true);
  await there.api.logIn(given.owner.email, given.owner.password);
  const { sessions } = await there.api.ask("{ sessions { id current } }");
  const other = sessions.find(({ current }) => !current); // the newest of the others
  await there.api.ask("mutation($id: ID!) { sessionEnd(input: { id: $id }) { userErrors { message } } }", { id: other.id });
  await assert.rejects(here.api.ask("{ head }"));
  assert.equal(here.told, 1);
  await here.api.logIn(given.owner.email, given.owner.password);
  await here.api.ask("{ head }");
});
