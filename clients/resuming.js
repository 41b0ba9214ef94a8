// The interruptions that every client's subscription must survive.
import assert from "node:assert/strict";
import { Caller, owner, whileWriting } from "./desk.js";
import { session } from "./recipes/session.js";
import { given } from "./server.js";

/** The ways in which a server stops and comes back. */
export const ways = [
  ["restarts", (server) => server.restart()],
  ["is killed", async (server) => (await server.kill(), await server.start())],
];

/** Stops the server, in these ways, while contacts write. `follow` returns a follower that begins at a cursor. */
export async function outlives(server, caller, follow, aways) {
  const start = await caller.head();
  const follower = follow({ after: start });
  await whileWriting(caller, async () => {
    for (const away of aways) {
      const shown = follower.items.length;
      await follower.until(({ items }) => items.length >= shown + 20, "20 items more");
      await away(server);
    }
  });
  return { follower, count: await follower.agrees(caller, start) };
}

/**
 * Revokes the token that a client uses, first for requests, then for a subscription. `make` returns a client for a
 * session: `who` asks whose key it is, `follow` subscribes, and `requests` has the requests that it sent.
 */
export async function replacesTokens(server, caller, name, make) {
  const admin = await owner(server);
  const keys = async () => {
    const made = [await admin.key(), await admin.key()];
    const tokens = made.map(({ token }) => token);
    return { made, tokens, as: session(async () => tokens.shift()) };
  };
  const forRequests = await keys();
  const { who, requests } = make(forRequests.as);
  assert.equal(await who(), forRequests.made[0].id);
  await admin.mutate("apiKeyRevoke", { id: forRequests.made[0].id });
  assert.equal(await who(), forRequests.made[1].id);
  assert(requests.some(({ status }) => status === 401));
  assert.equal(forRequests.tokens.length, 0);

  const forStream = await keys();
  const start = await caller.head();
  const follower = make(forStream.as).follow({ after: start });
  await caller.write(name);
  await follower.reached(await caller.head());
  await admin.mutate("apiKeyRevoke", { id: forStream.made[0].id });
  await caller.write(name);
  await follower.agrees(caller, start);
  assert.equal(forStream.tokens.length, 0);
}

/**
 * Stops the server right after an item that has no cursor. The stream goes on after the last one that has. `follow` returns a
 * follower for a session that begins at a cursor.
 */
export async function goesOnAfterActivity(server, caller, name, follow) {
  const [token, colleague] = await Promise.all(
    ["ana", "ben"].map((agent) => new Caller(server).login(`${agent}@clients.localhost`)),
  );
  const start = await caller.head();
  const { conversation } = await caller.write(name);
  const follower = follow(
    session(async () => token),
    { after: start },
  );
  await follower.reached(await caller.head());
  for (const who of [token, colleague]) {
    await new Caller(server, who).mutate("activitySet", { conversationId: conversation.id, activity: "TYPING" });
  }
  const isActivity = ({ __typename }) => __typename === "ConversationActivity";
  await follower.until(({ items }) => items.some(isActivity), "activity");
  assert.deepEqual(Object.keys(follower.items.find(isActivity)), ["__typename"], "it has no cursor");
  await server.kill();
  await server.start();
  await caller.write(name);
  await follower.agrees(caller, start);
}
