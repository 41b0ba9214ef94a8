// @graphql-eslint: the schema follows its rules and Relay's, as eslint.config.js configures them.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { ESLint } from "eslint";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const eslint = new ESLint({ cwd: path(".."), overrideConfigFile: path("eslint.config.js") });

/** The linter's messages, as text. */
const said = (results) =>
  results.flatMap(({ filePath, messages }) =>
    messages.map(({ line, ruleId, message }) => `${filePath}:${line} ${ruleId}: ${message}`),
  );

test("the schema keeps to the rules for schemas and for Relay", async () => {
  const results = await eslint.lintFiles([path("../schema.graphql")]);
  assert.equal(results.length, 1);
  assert.deepEqual(said(results), []);
});

test("the operations of the recipes keep to the rules for operations", async () => {
  const results = await eslint.lintFiles([path("recipes/events.js"), path("recipes/apollo.js")]);
  assert.deepEqual(said(results), []);
});

test("a breach is found, in the schema and in a recipe", async () => {
  const schema = await readFile(path("../schema.graphql"), "utf8");
  const breaches = said([
    ...(await eslint.lintText(
      `${schema}\ntype wrong { things: WrongConnection }\ntype WrongConnection { nodes: [ID!]! }\n`,
      {
        filePath: path("../schema.graphql"),
      },
    )),
    ...(await eslint.lintText("export const wrong = /* GraphQL */ `query Wrong { nonsense }`;\n", {
      filePath: path("recipes/events.js"),
    })),
  ]).join("\n");
  for (const rule of [
    "naming-convention",
    "require-description",
    "strict-id-in-types",
    "relay-arguments",
    "relay-connection-types",
    "fields-on-correct-type",
  ]) {
    assert(breaches.includes(`@graphql-eslint/${rule}`), `${rule} is not in\n${breaches}`);
  }
});
