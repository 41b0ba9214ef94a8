/**
 * Makes a client of graphql-ws or graphql-sse go on where it was, each time it has lost its connection.
 *
 * When they reconnect, both clients send the request of a subscription again with the same `variables` object, so this
 * keeps the newest cursor in it. It needs a subscription that asks each item for its `cursor` and takes `$after`.
 */
export function resuming(client) {
  return {
    dispose: () => client.dispose(),
    subscribe(request, sink) {
      const variables = { ...request.variables };
      return client.subscribe(
        { ...request, variables },
        {
          next(result) {
            sink.next(result); // first: what was not shown must come again
            const [item] = Object.values(result.data ?? {});
            if (item?.cursor) variables.after = item.cursor;
          },
          error: (error) => sink.error(error),
          complete: () => sink.complete(),
        },
      );
    },
  };
}
