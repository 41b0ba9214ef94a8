// The rules of @graphql-eslint for schemas and for Relay, applied to schema.graphql, and those for operations, applied
// to the recipes.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import graphql from "@graphql-eslint/eslint-plugin";
import { buildSchema } from "graphql";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const schema = path("../schema.graphql");
const built = buildSchema(readFileSync(schema, "utf8"));
const streamItems = built
  .getType("StreamItem")
  .getTypes()
  .map(({ name }) => name);

const languageOptions = {
  parser: graphql.parser,
  parserOptions: { graphQLConfig: { schema, documents: path("recipes/*.js") } },
};

export default [
  {
    files: ["**/schema.graphql"],
    languageOptions,
    plugins: { "@graphql-eslint": graphql },
    rules: {
      ...graphql.configs["flat/schema-all"].rules,
      ...graphql.configs["flat/schema-relay"].rules,

      // Fields are in the order in which one reads about them: related fields are next to each other.
      "@graphql-eslint/alphabetize": "off",
      // For schemas that must not write or stream. This one does both.
      "@graphql-eslint/no-root-type": "off",
      // A payload has what the mutation changed, and the cursor after it. Clients that want more subscribe.
      "@graphql-eslint/require-field-of-type-query-in-mutation-result": "off",
      // viewer, workspace and head are there for everyone who gets an answer at all. The rule knows no exceptions; that
      // lookups and payloads are nullable is checked in internal/house.
      "@graphql-eslint/require-nullable-result-in-root": "off",

      // Lists of objects are read in one direction. What is read in both, a conversation's messages, has both.
      "@graphql-eslint/relay-arguments": ["error", { includeBoth: false }],
      // Lists that are short by nature are plain, and connections have their nodes beside their edges.
      "@graphql-eslint/relay-edge-types": [
        "error",
        { withEdgeSuffix: true, shouldImplementNode: true, listTypeCanWrapOnlyEdgeType: false },
      ],
      // An object that can be read by itself has an id; the others are part of an object.
      "@graphql-eslint/strict-id-in-types": [
        "error",
        {
          exceptions: {
            suffixes: ["Connection", "Edge", "Payload"],
            types: [
              ...streamItems, // known by their cursors
              "System", // Foyer itself
              "Workspace", // of which there is one
              "InboxCounts",
              "Server", // the one that answers
              "Secret", // known by its name
              "ApiKeyDetails", // of a key, for managers
              "Draft", // known by its conversation and kind
              "SavedReplyText", // part of a saved reply
              "RenderedReply", // made for the answer
              "InputWarning", // part of an answer, not stored by itself
              // Parts of an object.
              "AssignmentCandidate",
              "AssignmentPolicy",
              "Attachment",
              "Change",
              "ContactIdentity",
              "HeadStarts",
              "Hours",
              "PageInfo",
              "PassedOverCount",
              "PresenceSpan",
              "QueueState",
              "Activity", // of the moment
              "JobFailure", // of a conversation in a job
              "Shortcut",
              "ShortcutField",
              "TeamCount",
              "TeamLoad",
              "UserError",
              "ViewCount",
              "Week",
              "WorkflowDiagram",
              "WorkflowProblem",
              "WorkflowRunStep",
            ],
          },
        },
      ],
    },
  },
  // Those of Relay have its own directives, and relay-compiler to check them.
  { files: ["**/recipes/*.js"], processor: graphql.processor },
  {
    files: ["**/recipes/*.js/*.graphql"], // the documents in them
    languageOptions,
    plugins: { "@graphql-eslint": graphql },
    rules: { ...graphql.configs["flat/operations-recommended"].rules },
  },
];
