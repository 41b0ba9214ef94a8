import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache } from "@apollo/client";
import { SetContextLink } from "@apollo/client/link/context";
import { ErrorLink } from "@apollo/client/link/error";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { relayStylePagination } from "@apollo/client/utilities";

/**
 * An Apollo client. `socket` is that of graphql-ws. `possibleTypes` comes from schema.js, and `sha256` is a function that
 * returns the SHA-256 of a text in hexadecimal.
 */
export function apollo({ url, session, socket, possibleTypes, sha256, fetch }) {
  const authorize = new SetContextLink(async ({ headers }) => ({
    headers: { ...headers, authorization: `Bearer ${await session.token()}` },
  }));
  const renew = new ErrorLink(({ error, operation, forward }) => {
    const ended = CombinedGraphQLErrors.is(error) && error.errors.some((e) => e.extensions?.code === "UNAUTHENTICATED");
    if (!ended || operation.getContext().renewed) return;
    session.forget();
    operation.setContext({ renewed: true });
    return forward(operation);
  });
  const overHttp = ApolloLink.from([
    renew,
    authorize,
    new PersistedQueryLink({ sha256, useGETForHashedQueries: true }),
    new HttpLink({ uri: url, fetch }),
  ]);
  return new ApolloClient({
    link: ApolloLink.split(
      ({ operationType }) => operationType === "subscription",
      new GraphQLWsLink(socket),
      overHttp,
    ),
    cache: new InMemoryCache({
      possibleTypes,
      typePolicies: {
        Query: { fields: { conversations: relayStylePagination(["filter", "orderBy"]) } },
        Conversation: { fields: { messages: relayStylePagination() } },
        // They have no id, and there is one of each.
        Workspace: { keyFields: [] },
        InboxCounts: { keyFields: [] },
      },
    }),
  });
}
