import type { CodegenConfig } from "@graphql-codegen/cli";

const config = {
  documentMode: "string",
  enumsAsTypes: true,
  immutableTypes: true,
  useTypeImports: true,
  nonOptionalTypename: true,
  avoidOptionals: { field: true },
  scalars: {
    ID: "string",
    Time: "string",
    Cursor: "string",
    Duration: "string",
    JSON: "unknown",
    URL: "string",
    LenientString: "string",
    LenientURL: "string",
    LenientTime: "string",
    LenientInt: "number",
  },
};

/** Makes src/api from the schema and the documents beside the code that uses them. */
export default {
  schema: "../schema.graphql",
  documents: ["src/**/*.ts", "src/**/*.tsx", "!src/api/**", "!src/**/*.test.ts"],
  ignoreNoDocuments: true,
  generates: {
    // Results and variables of the documents.
    "src/api/": { preset: "client", presetConfig: { fragmentMasking: false }, config },
    // The types of the schema, for what the store has of each.
    "src/api/schema.ts": { plugins: ["typescript"], config: { ...config, inputMaybeValue: "T | null | undefined" } },
  },
} satisfies CodegenConfig;
