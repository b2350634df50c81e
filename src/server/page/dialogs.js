// What opens above the page: the list of corrections, a name that was missed, and the keys.
const dialogs = (function () {
  "use strict";

  const { element } = base;
  const byId = (id) => document.getElementById(id);
  let events = {};

  // ------------------------------------------------------------------------------------------------- corrections

  function writeCorrections() {
    const all = corrections.all();
    byId("correction-count").textContent = String(all.length);
    byId("undo").disabled = !corrections.canUndo();
    byId("redo").disabled = !corrections.canRedo();
    byId("download").disabled = byId("clear-corrections").disabled = !all.length;
    byId("corrections-none").hidden = all.length > 0;
    byId("correction-list").replaceChildren(...[...all].reverse().map((line) => {
      const remove = element("button", { type: "button", class: "plain", "aria-label": "Delete the correction of " + (line.name || "a name") }, "Delete");
      remove.addEventListener("click", () => corrections.remove(line));
      return element("li", {},
        element("span", { class: "what" }, element("bdi", { class: "name" }, line.name || "from " + line.start + " to " + line.end),
          element("span", {}, corrections.describe(line)),
          element("span", { class: "quiet" }, element("bdi", {}, corrections.reach(line)))), remove);
    }));
  }

  function downloadCorrections() {
    download.save("corrections.jsonl", corrections.text(), "application/x-ndjson");
    const ofPasted = corrections.all().some((line) => String(line.document || "").startsWith("pasted-"));
    events.say(base.plural(corrections.all().length, "correction") + " written to corrections.jsonl." +
      (ofPasted ? " Those of pasted texts go by their ids: download the texts too." : ""));
  }

  /** Pasted texts under the ids that corrections know them by, as `dateline tag` reads them. */
  function downloadTexts() {
    const lines = store.entries.map((entry) => entry.where.document && { ...entry.where.document, id: entry.id }).filter(Boolean);
    download.save("texts.jsonl", lines.map((line) => JSON.stringify(line) + "\n").join(""), "application/x-ndjson");
    events.say(base.plural(lines.length, "text") + " written to texts.jsonl.");
  }

  /** Nothing of the texts stays in the browser. */
  async function forgetTexts() {
    await store.clear();
    location.hash = "";
    location.reload();
  }

  // ------------------------------------------------------------------------------------------------ a missed name

  const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

  /** Where a name stands in the text as whole words. */
  function findName(name) {
    if (!name) return [];
    const word = new RegExp("(?<![\\p{L}\\p{N}])" + escaped(name) + "(?![\\p{L}\\p{N}])", "gu");
    return [...events.text().matchAll(word)].map((match) => ({ start: match.index, end: match.index + name.length, text: name }));
  }

  function askForName() {
    if (events.text() === null) return;
    byId("name-text").value = "";
    byId("name-found").textContent = "";
    byId("name-dialog").showModal();
    byId("name-text").focus();
  }

  // ------------------------------------------------------------------------------------------------------- a token

  /** Asks for the token of the server; null where nobody gives one. */
  function askForToken(wasRefused) {
    const dialog = byId("token-dialog");
    byId("token-why").textContent = wasRefused ? "The server does not take this token." : "This server answers only with its token.";
    byId("token-text").value = "";
    return new Promise((resolve) => {
      let given = null;
      byId("token-form").onsubmit = (event) => {
        event.preventDefault();
        given = byId("token-text").value.trim() || null;
        dialog.close();
      };
      dialog.addEventListener("close", () => resolve(given), { once: true });
      dialog.showModal();
      byId("token-text").focus();
    });
  }

  // --------------------------------------------------------------------------------------------------------- keys

  const keyWords = [
    ["Ctrl+Enter", "Tag the text"], ["j, k", "Next, previous document"], ["n, p", "Next, previous doubtful name"],
    ["Tab, arrows, Enter", "Go through the names of the text; choose one"], ["1 … 9", "Choose the candidate of that number"],
    ["a", "Mark a name that was missed"], ["Ctrl+Z, Ctrl+Y", "Undo, redo a correction"], ["c", "Corrections"],
    ["/", "Search the documents"], ["m", "Measure a distance"], ["f", "All places on the map"],
    ["Enter on the map", "What lies in its middle"], ["Esc", "Close, cancel"], ["?", "These keys"],
  ];

  // -------------------------------------------------------------------------------------------------------- start

  function setUp(callbacks) {
    events = callbacks;
    server.onToken(askForToken);
    const on = (id, run) => byId(id).addEventListener("click", run);
    on("show-corrections", () => byId("corrections-dialog").showModal());
    on("show-keys", () => byId("keys-dialog").showModal());
    on("add-name", askForName);
    on("download", downloadCorrections);
    on("download-texts", downloadTexts);
    on("forget-texts", forgetTexts);
    on("load-corrections", () => byId("corrections-file").click());
    on("clear-corrections", corrections.clear);
    for (const dialog of document.querySelectorAll("dialog")) {
      dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
      // A click beside it closes it, too.
      dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    }
    byId("key-list").append(...keyWords.flatMap(([keys, what]) => [element("dt", {}, keys), element("dd", {}, what)]));
    byId("name-text").addEventListener("input", () => {
      const name = byId("name-text").value.trim();
      const found = findName(name);
      byId("name-found").textContent = !name ? "" : found.length ? "Stands in the text " + (found.length === 1 ? "once." : found.length + " times.") : "Does not stand in the text.";
    });
    byId("name-form").addEventListener("submit", (event) => event.preventDefault());
    byId("name-labels").append(...reader.labelButtons((label) => {
      const found = findName(byId("name-text").value.trim());
      if (!found.length) return void (byId("name-found").textContent = "Does not stand in the text.");
      byId("name-dialog").close();
      // Of several, all in the document: nobody said which.
      events.markName(found[0], label, found.length > 1 && card.scope() === "here" ? "document" : null);
    }));
  }

  return { setUp, writeCorrections, askForName };
})();
