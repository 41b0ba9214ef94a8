// GraphQL over HTTP, by the audits of graphql-http.
import assert from "node:assert/strict";
import { test } from "node:test";
import { serverAudits } from "graphql-http";
import { given, serve } from "./server.js";

const server = await serve();

// Some audits ask for a type of the schema, which only authenticated requests are shown.
const headers = { "x-foyer-csrf": "1", authorization: `Bearer ${given.key}` };
const fetchFn = (url, options) => fetch(url, { ...options, headers: { ...options?.headers, ...headers } });

for (const audit of serverAudits({ url: server.url, fetchFn })) {
  test(`${audit.id} ${audit.name}`, async () => {
    const { status, reason } = await audit.fn();
    assert.equal(status, "ok", reason);
  });
}

test("a GET that a page of someone else's could send is refused, one with a header of its own is not", async () => {
  const url = `${server.url}?query=${encodeURIComponent("{ __typename }")}`;
  assert.equal((await fetch(url)).status, 400);
  const answer = await fetch(url, { headers: { "x-foyer-csrf": "1" } });
  assert.deepEqual((await answer.json()).data, { __typename: "Query" });
});
