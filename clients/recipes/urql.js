import { Client, fetchExchange, subscriptionExchange } from "@urql/core";
import { authExchange } from "@urql/exchange-auth";
import { cacheExchange } from "@urql/exchange-graphcache";
import { relayPagination } from "@urql/exchange-graphcache/extras";

/**
 * A client of urql. `socket` is that of graphql-ws or graphql-sse, `introspection` is the result of an introspection
 * query, and `embedded` comes from schema.js.
 */
export function urql({ url, session, socket, introspection, embedded, fetch }) {
  return new Client({
    url,
    fetch,
    exchanges: [
      cacheExchange({
        schema: introspection,
        keys: Object.fromEntries(embedded.map((type) => [type, () => null])),
        resolvers: { Query: { conversations: relayPagination() } },
      }),
      authExchange(async ({ appendHeaders }) => {
        let token = await session.token();
        return {
          addAuthToOperation: (operation) => appendHeaders(operation, { authorization: `Bearer ${token}` }),
          didAuthError: ({ graphQLErrors }) => graphQLErrors.some((e) => e.extensions?.code === "UNAUTHENTICATED"),
          async refreshAuth() {
            session.forget();
            token = await session.token();
          },
        };
      }),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query, variables }) => ({
          subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query, variables }, sink) }),
        }),
      }),
    ],
  });
}
