// What the page asks of the server. Every address is of the page's own origin.
const server = (function () {
  "use strict";

  /** What the server said of a request that it could not answer. */
  class Problem extends Error {
    constructor(title, detail, status) {
      super(detail || title);
      this.title = title;
      this.status = status;
    }
  }

  // A server that others reach asks for a token; it is kept until the window is closed.
  const tokenRoom = "dateline.token";
  let token = null, asking = null, askForToken = null;
  try {
    token = sessionStorage.getItem(tokenRoom);
  } catch {
    // It is asked for again after a reload.
  }

  /** Asks for the token, once for all requests that wait for it; whether there is another one now. */
  async function anotherToken(refused) {
    if (token !== refused) return true;
    if (!askForToken) return false;
    asking ||= askForToken(refused !== null).finally(() => (asking = null));
    const given = await asking;
    if (!given) return false;
    token = given;
    try {
      sessionStorage.setItem(tokenRoom, token);
    } catch {
      // It holds for as long as the page is open.
    }
    return true;
  }

  async function answer(address, options = {}, read = (response) => response.json()) {
    let response;
    const used = token;
    const headers = used ? { ...options.headers, Authorization: "Bearer " + used } : options.headers;
    try {
      response = await fetch(address, { ...options, headers });
    } catch (fault) {
      if (fault.name === "AbortError") throw fault;
      throw new Problem("No answer", "The server does not answer. Does dateline serve still run?", 0);
    }
    if (response.ok) return read(response);
    if (response.status === 401 && (await anotherToken(used))) return answer(address, options, read);
    let problem = {};
    try {
      problem = await response.json();
    } catch {
      // Without a body that says more, the status has to do.
    }
    throw new Problem(problem.title || "Error", problem.detail || problem.title || "The server answered " + response.status + ".", response.status);
  }

  const get = (path, query, signal) => answer(path + "?" + new URLSearchParams(query), { signal });
  const position = ([lat, lon]) => lat.toFixed(5) + "," + lon.toFixed(5);

  /** Tags a document under the corrections: { annotation, sentences }. */
  function tag(document, lines, near, signal) {
    const body = { document, corrections: lines };
    if (near) body.near = near;
    return answer("/page/tag", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal,
    });
  }

  /** The places that a name may mean. */
  const lookup = async (name, signal) =>
    (await get("/v1/gazetteer/lookup", { name, limit: 20, fuzzy: true }, signal)).candidates || [];
  /** The places nearest to a position. */
  const nearest = async (at, limit, signal) =>
    (await get("/v1/gazetteer/nearest", { at: position(at), limit }, signal)).places || [];
  /** The most important places inside [west, south, east, north]. */
  const within = async (bounds, limit, signal) =>
    (await get("/v1/gazetteer/within", { bbox: bounds.map((edge) => edge.toFixed(4)).join(","), limit }, signal)).places || [];
  const asset = (name) => answer("/assets/" + name);
  const bytes = (name) => answer("/assets/" + name, {}, async (response) => new Uint8Array(await response.arrayBuffer()));

  return { Problem, onToken: (ask) => (askForToken = ask), tag, lookup, nearest, within, asset, bytes };
})();
