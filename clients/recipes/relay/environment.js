import relay from "relay-runtime";

const { Environment, Network, Observable, RecordSource, Store } = relay;

/** An environment of Relay. `socket` is that of graphql-ws. */
export function environment({ url, session, socket }) {
  async function ask({ text: query }, variables) {
    for (let renewed = false; ; renewed = true) {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${await session.token()}` },
        body: JSON.stringify({ query, variables }),
      });
      if (response.status !== 401 || renewed) return response.json();
      session.forget();
    }
  }
  const follow = ({ text: query }, variables) =>
    Observable.create((sink) => socket.subscribe({ query, variables }, sink));
  return new Environment({ network: Network.create(ask, follow), store: new Store(new RecordSource()) });
}
