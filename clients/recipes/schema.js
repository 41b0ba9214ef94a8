import { buildSchema, isAbstractType, isObjectType } from "graphql";

/** What caches need to know about the schema, from the text of schema.graphql, when the application is built. */
export function described(text) {
  const schema = buildSchema(text);
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith("__"));
  return {
    /** The members of each interface and union. */
    possibleTypes: Object.fromEntries(
      types.filter(isAbstractType).map((type) => [type.name, schema.getPossibleTypes(type).map(({ name }) => name)]),
    ),
    /** The types of objects that have no id and are part of other objects. */
    embedded: types.filter((type) => isObjectType(type) && !type.getFields().id).map(({ name }) => name),
  };
}
