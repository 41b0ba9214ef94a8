// A token that spends more than it may, in every client.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { gql } from "@apollo/client";
import { buildSchema, introspectionFromSchema } from "graphql";
import { owner } from "./desk.js";
import { Follower } from "./follower.js";
import { apollo } from "./recipes/apollo.js";
import { connect as overStreams } from "./recipes/graphql-sse.js";
import { connect as overSocket } from "./recipes/graphql-ws.js";
import { patient } from "./recipes/patient.js";
import { described } from "./recipes/schema.js";
import { session } from "./recipes/session.js";
import { urql } from "./recipes/urql.js";
import { serve } from "./server.js";

// 210 points at once, and 210 come back each second.
const server = await serve(["--max-cost=210", "--key-rate-limit=210", "--key-rate-burst=210"]);
const admin = await owner(server);
const dear = "{ conversations(first: 100) { nodes { id __typename } } }"; // 202 points

/** Creates a key, with all its points, and returns its session. */
async function fresh() {
  const { token } = await admin.key();
  return session(async () => token);
}

async function ask(as) {
  return fetch(server.url, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${await as.token()}` },
    body: JSON.stringify({ query: dear }),
  });
}

/**
 * Quickly does what a token does not have the points for. If it took so long that points came back meanwhile, it tries
 * again with another token: a busy machine is no failure.
 */
async function tooMuch(task) {
  for (;;) {
    const began = performance.now();
    const { refused, ...outcome } = await task(await fresh());
    if (refused || performance.now() - began < 900) return { refused, ...outcome };
  }
}

/** Returns a fetch that waits and tries again, and counts how often it was refused. */
function counting() {
  const told = { refused: 0 };
  told.fetch = patient(async (...request) => {
    const response = await fetch(...request);
    if (response.status === 429) told.refused++;
    return response;
  });
  return told;
}

/** So many rounds are enough, unless points come back as fast as they are spent because the machine is busy. */
const goesOn = (round, enough, told) => round < enough || (told.refused === 0 && round < 100);

test("the answer that refuses says when to come back, and then it is answered", async () => {
  const { as, first, second, refused } = await tooMuch(async (as) => {
    const [first, second] = [await ask(as), await ask(as)];
    return { as, first, second, refused: second.status !== 200 };
  });
  assert.equal(first.status, 200);
  assert.equal(first.headers.get("ratelimit-limit"), "210");
  assert(Number(first.headers.get("ratelimit-remaining")) <= 8); // less where it took longer than estimated
  assert.equal(first.headers.get("retry-after"), null);
  const { charged, remaining, ...cost } = (await first.json()).extensions.cost;
  assert.deepEqual(cost, { requested: 202, maximum: 210, limit: 210, restoreRate: 210 });
  assert(remaining <= 8 && (charged === undefined || charged > 202));

  assert(refused);
  assert.equal(second.status, 429);
  assert(Number(second.headers.get("retry-after")) >= 1);
  const [{ extensions }] = (await second.json()).errors;
  assert.equal(extensions.code, "RATE_LIMITED");
  assert(extensions.retryAfter >= 1);
  await sleep(1000 * extensions.retryAfter);
  assert.equal((await ask(as)).status, 200);
});

test("a socket stays open when an operation on it is refused, and takes it later", async (t) => {
  const { run, idle, outcomes } = await tooMuch(async (as) => {
    const socket = overSocket(server.socketUrl, as);
    t.after(() => socket.dispose());
    const run = () =>
      new Promise((resolve, reject) => {
        let result;
        const sink = { next: (next) => (result = next), error: reject, complete: () => resolve(result) };
        socket.subscribe({ query: dear }, sink);
      });
    const idle = new Follower();
    socket.subscribe({ query: "subscription { events { __typename } }" }, idle);
    await idle.until(({ items }) => items.length > 0, "ready");
    const outcomes = await Promise.allSettled([run(), run()]); // the server decides which is first
    return { run, idle, outcomes, refused: outcomes.some(({ status }) => status === "rejected") };
  });
  const rejected = outcomes.filter(({ status }) => status === "rejected");
  assert.equal(rejected.length, 1);
  const [{ extensions }] = rejected[0].reason;
  assert.equal(extensions.code, "RATE_LIMITED");
  await sleep(1000 * extensions.retryAfter);
  assert.equal((await run()).errors, undefined);
  assert(!idle.ended);
});

test("Apollo Client comes back after Retry-After", async (t) => {
  const as = await fresh();
  const told = counting();
  const socket = overSocket(server.socketUrl, as);
  const { possibleTypes } = described(await readFile(new URL("../schema.graphql", import.meta.url), "utf8"));
  const sha256 = (text) => createHash("sha256").update(text).digest("hex");
  const client = apollo({ url: server.url, session: as, socket, possibleTypes, sha256, fetch: told.fetch });
  t.after(() => (client.stop(), socket.dispose()));
  const query = () => client.query({ query: gql(dear), fetchPolicy: "network-only" });
  for (let round = 0; goesOn(round, 3, told); round++) assert.equal((await query()).error, undefined);
  assert(told.refused >= 1);
});

test("urql comes back after Retry-After", async (t) => {
  const as = await fresh();
  const told = counting();
  const schema = await readFile(new URL("../schema.graphql", import.meta.url), "utf8");
  const introspection = introspectionFromSchema(buildSchema(schema));
  const socket = overSocket(server.socketUrl, as);
  t.after(() => socket.dispose());
  const { embedded } = described(schema);
  const client = urql({ url: server.url, session: as, socket, introspection, embedded, fetch: told.fetch });
  for (let round = 0; goesOn(round, 3, told); round++) {
    const { error } = await client.query(dear, {}, { requestPolicy: "network-only" });
    assert.equal(error, undefined);
  }
  assert(told.refused >= 1);
});

test("graphql-sse comes back after Retry-After", async (t) => {
  const as = await fresh();
  const told = counting();
  const streams = overStreams(server.url, as, {}, told.fetch);
  t.after(() => streams.dispose());
  assert.equal((await ask(as)).status, 200);
  for (let round = 0; goesOn(round, 1, told); round++) {
    const follower = new Follower();
    streams.subscribe({ query: `subscription { events { ${"__typename ".repeat(200)} } }` }, follower); // as dear
    await follower.until(({ items }) => items.length > 0, "ready");
  }
  assert(told.refused >= 1);
});
