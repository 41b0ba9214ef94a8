// docs/clients.md quotes the recipes word by word. FOYER_UPDATE_DOCS=1 updates it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { test } from "node:test";

const document = new URL("../docs/clients.md", import.meta.url);
const recipes = new URL("recipes/", import.meta.url);
const recipe = (name) => readFileSync(new URL(name, recipes), "utf8");

test("the recipes stand in docs/clients.md as they are tested, all of them", async () => {
  const text = await readFile(document, "utf8");
  const block = /(\[recipes\/(\S+?)\]\(\S+\)\n\n```\w+\n)(.*?)```\n/gs;
  const quoted = [];
  for (const [, , name, quote] of text.matchAll(block)) {
    quoted.push(name);
    if (!process.env.FOYER_UPDATE_DOCS) assert.equal(quote, recipe(name), name);
  }
  if (process.env.FOYER_UPDATE_DOCS) {
    await writeFile(
      document,
      text.replace(block, (_, head, name) => `${head}${recipe(name)}\`\`\`\n`),
    );
  }
  const files = (await readdir(recipes, { recursive: true })).filter((name) => name.includes("."));
  assert.deepEqual(quoted.sort(), files.sort());
});
