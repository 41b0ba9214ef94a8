import { buildSchema, isAbstractType, isObjectType } from "graphql";

/** What caches want to know of the schema, made of the text of schema.graphql when the application is built. */
export function described(text) {
  const schema = buildSchema(text);
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith("__"));
  return {
    /** By interface or union, its members. */
    possibleTypes: Object.fromEntries(
      types.filter(isAbstractType).map((type) => [type.name, schema.getPossibleTypes(type).map(({ name }) => name)]),
    ),
    /** The types of objects that have no id and belong to what they are found in. */
    embedded: types.filter((type) => isObjectType(type) && !type.getFields().id).map(({ name }) => name),
  };
}
