// The page of `dateline serve`: opens documents, tags them, and brings text, map, lists and corrections together.
(function () {
  "use strict";

  const { element } = base;
  const byId = (id) => document.getElementById(id);

  const open = { entry: null, raw: null, model: null, chosen: null, request: null };

  // ------------------------------------------------------------------------------------------------- what happened

  let quieting = 0;
  /** Tells what happened, for eyes and for screen readers; only for these what is seen anyway. */
  function say(text, { stays = false, unseen = false } = {}) {
    byId("said").textContent = text;
    byId("said").classList.toggle("shown", Boolean(text) && !unseen);
    clearTimeout(quieting);
    if (!stays) quieting = setTimeout(() => byId("said").classList.remove("shown"), 5000);
  }
  function fail(fault) {
    if (fault.name === "AbortError") return;
    byId("error-text").textContent = fault.message || String(fault);
    byId("error").hidden = false;
    byId("said").classList.remove("shown");
    byId("said").textContent = "";
  }

  /** One of "start" (paste a text) and "document". */
  function view(name) {
    byId("work").dataset.view = name;
    byId("start").hidden = name !== "start";
    for (const id of ["text", "beside"]) byId(id).hidden = name !== "document";
    byId("paste-cancel").hidden = !open.entry;
    if (name === "start") byId("paste-text").focus();
    else atlas.ensure();
  }

  // --------------------------------------------------------------------------------------------------- a document

  const fieldsOfDocument = ["id", "text", "title", "date", "source", "url", "metadata"];
  /** What of a document the server is sent. */
  function plainOf(entry, raw) {
    const plain = {};
    for (const field of fieldsOfDocument) if (raw[field] !== undefined && raw[field] !== null) plain[field] = raw[field];
    plain.id = entry.id;
    return plain;
  }

  /** Opens a document; a tagged one is shown as it is unless corrections speak of it. */
  async function openEntry(entry, options = {}) {
    if (open.request) open.request.abort();
    open.request = null;
    let raw = options.raw;
    try {
      raw = raw || (await store.read(entry));
      if (typeof raw.text !== "string") throw new Error("The file has no text of document " + entry.id + ". Write it without --no-text.");
    } catch (fault) {
      return fail(fault);
    }
    open.entry = entry;
    open.raw = raw;
    open.chosen = null;
    byId("error").hidden = true;
    view("document");
    corpus.setOpened(entry);
    const tagged = entry.where.tagged || (Array.isArray(raw.entities) ? { annotation: raw, sentences: null } : null);
    // `under` are the corrections that a document was tagged under; a file's documents are as they are without.
    if (tagged && !entry.where.tagged) entry.where.under = "[]";
    const isCurrent = Boolean(tagged) && entry.where.under === linesKey();
    let shown = false;
    if (tagged) {
      try {
        show(annotations.read(annotations.inUtf16(tagged.annotation), tagged.sentences), {});
        shown = true;
      } catch (fault) {
        fail(fault);
      }
    }
    if (!shown) show(annotations.read({ text: raw.text, entities: [], relations: [], explanations: [] }), { isUntagged: true });
    writeAddress();
    if (!isCurrent || !shown) await tagAnew(shown);
  }

  const isNarrow = () => window.matchMedia("(max-width: 760px)").matches;
  /** The corrections of the open document, to tell whether it was tagged under them. */
  const linesKey = () => JSON.stringify(corrections.linesFor(open.entry.id, open.raw.text));

  /** Shows a document: the text stays where it is if it is the same, and the map if it had places before. */
  function show(model, { isSame = false, isSameText = isSame, isUntagged = false }) {
    const before = isSame && open.chosen;
    open.model = model;
    reader.show(open.entry, open.raw, model, isSameText);
    atlas.ensure();
    atlas.show(model, isSame || isUntagged);
    if (isUntagged) byId("no-places").hidden = true;
    lists.write(byId("lists"), byId("areas"), byId("area-list"), model);
    byId("lists").classList.toggle("waiting", Boolean(isUntagged));
    const again = before && model.mentions.find((mention) => mention.start === before.start && mention.end === before.end);
    if (again) choose(again, { keep: true });
    else choose(null, { keep: true });
    document.title = open.entry.head + " – dateline";
  }

  /** Asks the server for the document under all corrections. What is shown stays until it answers. */
  async function tagAnew(isSame, done) {
    if (open.request) open.request.abort();
    const request = (open.request = new AbortController());
    const { entry, raw } = open;
    const under = linesKey();
    byId("work").setAttribute("aria-busy", "true");
    say(isSame ? "Tagging anew…" : "Tagging…", { stays: true });
    try {
      const { annotation, sentences } = await server.tag(plainOf(entry, raw), corrections.linesFor(entry.id, raw.text), entry.where.near, request.signal);
      if (request.signal.aborted || open.entry !== entry) return;
      const focused = document.activeElement && document.activeElement.closest("#card, #article") ? document.activeElement.closest("#card, #article").id : null;
      entry.where.under = under;
      store.setTagged(entry, annotation, sentences);
      show(annotations.read(annotation, sentences), { isSame, isSameText: true });
      dialogs.writeCorrections();
      keepFocus(focused);
      byId("error").hidden = true;
      say(done || base.plural(annotation.entities.length, "name") + ", " + base.plural(open.model.places.length, "different place") + ".");
    } catch (fault) {
      if (open.entry === entry) fail(fault);
    } finally {
      if (open.request === request) {
        open.request = null;
        byId("work").removeAttribute("aria-busy");
      }
    }
  }

  /** The keyboard goes on where it was, though the nodes are new. */
  function keepFocus(where) {
    if (where === "card") {
      const head = byId("card").querySelector("h2");
      if (head) head.focus({ preventScroll: true });
    } else if (where === "article" && open.chosen) reader.focusOn(open.chosen);
  }

  // ------------------------------------------------------------------------------------------------- a chosen name

  /** Chooses a name: in the text, on the map, in the lists, with its card. */
  function choose(mention, { scroll = false, byKey = false, keep = false } = {}) {
    open.chosen = mention;
    const group = mention && open.model.placeOf(mention);
    const same = !mention ? [] : group ? group.mentions : open.model.mentions.filter((other) =>
      other.label === mention.label && (other.name || other.text) === (mention.name || mention.text));
    reader.highlight(mention, same, scroll || byKey);
    atlas.choose(mention, !keep);
    card.show(mention, group);
    lists.highlight(same);
    byId("beside").classList.toggle("has-card", Boolean(mention));
    if (!keep) {
      byId("details").scrollTop = 0;
      if (mention && isNarrow()) byId("beside").scrollIntoView({ block: "start" });
      // The lists make way for the card, and with them what had the focus.
      if (mention && (byKey || byId("lists").contains(document.activeElement))) byId("card").querySelector("h2").focus({ preventScroll: true });
      if (mention) say(mention.text + ": " + (mention.place ? mention.place.name + ", " + annotations.whereOf(mention.place).join(", ") : corrections.labelWords[mention.label] || mention.label), { unseen: true });
      writeAddress();
    }
  }

  function closeCard() {
    const was = open.chosen;
    const back = byId("card").contains(document.activeElement);
    choose(null);
    if (was && back) reader.focusOn(was);
    if (was && isNarrow()) reader.reveal(was);
  }

  /** Goes to the next or previous doubtful name, in this document or another of the list. */
  async function stepDoubtful(by) {
    if (!open.model) return;
    const doubtful = open.model.mentions.filter((mention) => annotations.isDoubtful(mention) && mention.place.method !== "correction");
    const at = open.chosen ? open.chosen.start : by > 0 ? -1 : Infinity;
    const next = by > 0 ? doubtful.find((one) => one.start > at) : doubtful.reverse().find((one) => one.start < at);
    if (next) return choose(next, { scroll: true });
    const other = corpus.nextDoubtful(by);
    if (!other) return say("No " + (by > 0 ? "further" : "earlier") + " doubtful name.");
    await openEntry(other);
    stepDoubtful(by);
  }

  // ---------------------------------------------------------------------------------------------------- correcting

  const documentOfOpen = () => ({ id: open.entry.id, text: open.model.text });

  function correct(mention, scope, says, change) {
    corrections.add(corrections.lineOf(mention, scope, documentOfOpen(), says), change);
  }
  function markName(name, label, scope) {
    correct(name, scope || card.scope(), { label }, "“" + name.text + "” is a name: " + corrections.labelWords[label] + ".");
  }

  function onCorrection(change) {
    dialogs.writeCorrections();
    say(change, { stays: true });
    if (open.entry && open.entry.where.under !== linesKey()) tagAnew(true, change);
    else say(change);
  }

  // ----------------------------------------------------------------------------------------------- new documents

  /** The same text has the same id, so that its corrections find it again. */
  function idOfText(text) {
    let hash = 0x811c9dc5;
    for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
    return "pasted-" + (hash >>> 0).toString(16).padStart(8, "0");
  }

  function tagPasted(event) {
    event.preventDefault();
    const text = byId("paste-text").value.replace(/\r\n?/g, "\n");
    if (!text.trim()) return say("There is no text yet.");
    const raw = { id: idOfText(text), text };
    if (byId("paste-title").value.trim()) raw.title = byId("paste-title").value.trim();
    if (byId("paste-date").value) raw.date = byId("paste-date").value;
    const entry = store.addDocument(raw, { near: byId("paste-near").value.trim() || null });
    byId("text").focus({ preventScroll: true });
    openEntry(entry, { raw });
  }

  async function openFiles(files) {
    if (!files.length) return;
    const ours = [...files].filter((file) => file.name === "corrections.jsonl");
    for (const file of ours) await loadCorrections(file);
    const others = [...files].filter((file) => !ours.includes(file));
    if (!others.length) return;
    say("Reading…", { stays: true });
    try {
      const { documents, bad, forTag } = await store.addFiles(others, {
        first: (entry, raw) => openEntry(entry, { raw }),
        said: (done, all) => say("Reading… " + Math.floor((done / all) * 5) * 20 + " %", { stays: true }),
      });
      if (forTag.length) fail(new Error("This page does not read " + forTag.slice(0, 3).join(", ") + ". Write what it reads with dateline tag FILE -o tagged.jsonl, and open that."));
      if (documents || bad || !forTag.length) say(base.plural(documents, "document") + " opened." + (bad ? " " + base.plural(bad, "line or file", "lines or files") + " could not be read: texts are UTF-8, documents JSON." : ""));
      if (!documents && bad) await loadOther(others);
      const wanted = missing && store.ofId(missing);
      missing = null;
      if (wanted) await openEntry(wanted);
    } catch (fault) {
      fail(fault);
    }
  }

  /** Files without a document may hold corrections. */
  async function loadOther(files) {
    for (const file of files) {
      try {
        corrections.read(await file.text(), file.name);
      } catch {
        fail(new Error("No document in " + file.name + ". A document has a text."));
      }
    }
  }

  async function loadCorrections(file) {
    try {
      corrections.read(await file.text(), file.name);
    } catch (fault) {
      fail(fault);
    }
  }

  function setUpDrop() {
    const hasFiles = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
    document.addEventListener("dragover", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      byId("drop").hidden = false;
    });
    document.addEventListener("dragleave", (event) => {
      if (!event.relatedTarget) byId("drop").hidden = true;
    });
    document.addEventListener("drop", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      byId("drop").hidden = true;
      openFiles(event.dataTransfer.files);
    });
  }

  // ---------------------------------------------------------------------------------------------- the address bar

  let written = location.hash;
  let missing = null; // The document of the address, where its file has yet to be opened.
  /** Keeps document, name and view in the address; only another document is a step to go back to. */
  function writeAddress() {
    if (!open.entry) return;
    const parts = new URLSearchParams({ d: open.entry.id });
    if (open.chosen) parts.set("n", open.chosen.start + "-" + open.chosen.end);
    const seen = atlas.view();
    if (seen) parts.set("m", seen);
    const next = "#" + parts;
    if (next === written) return;
    const same = new URLSearchParams(written.slice(1)).get("d") === open.entry.id;
    history[!same && written ? "pushState" : "replaceState"](null, "", next);
    written = next;
  }

  async function readAddress() {
    const parts = new URLSearchParams(location.hash.slice(1));
    written = location.hash;
    const entry = parts.get("d") !== null && store.ofId(parts.get("d"));
    missing = entry ? null : parts.get("d");
    if (!entry) return false;
    const name = parts.get("n"), seen = parts.get("m");
    if (entry !== open.entry) await openEntry(entry);
    const mention = name && open.model && open.model.mentions.find((one) => one.start + "-" + one.end === name);
    choose(mention || null, { keep: true });
    if (mention) reader.highlight(mention, [], true);
    if (seen) atlas.setView(seen);
    return true;
  }

  // --------------------------------------------------------------------------------------------------------- keys

  const isTyping = (target) => target.closest && target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]");

  function onKey(event) {
    const dialog = document.querySelector("dialog[open]");
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !isTyping(event.target)) {
      const key = event.key.toLowerCase();
      if (key === "z" && !event.shiftKey) corrections.undo() || say("Nothing to undo.");
      else if (key === "y" || key === "z") corrections.redo() || say("Nothing to redo.");
      else return;
      return event.preventDefault();
    }
    if (event.key === "Escape" && !dialog) {
      if (!byId("selection-bar").hidden) byId("selection-bar").hidden = true;
      else if (atlas.escape()) return;
      else if (open.chosen && byId("work").dataset.view === "document") closeCard();
      else if (open.entry && byId("work").dataset.view === "start") view("document");
      return;
    }
    if (dialog || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (byId("work").dataset.view !== "document" && event.key !== "?") return;
    const actions = {
      j: () => corpus.step(1) || say("This is the last document."), k: () => corpus.step(-1) || say("This is the first document."),
      n: () => stepDoubtful(1), p: () => stepDoubtful(-1),
      a: dialogs.askForName, c: () => byId("corrections-dialog").showModal(), f: atlas.fit, m: atlas.measure,
      "/": () => byId("corpus").hidden || byId("search").focus(), "?": () => byId("keys-dialog").showModal(),
    };
    if (/^[1-9]$/.test(event.key)) card.chooseNumber(Number(event.key));
    else if (Object.hasOwn(actions, event.key)) actions[event.key]();
    else return;
    event.preventDefault();
  }

  function setUpButtons() {
    const on = (id, run) => byId(id).addEventListener("click", run);
    on("new-text", () => {
      // What was pasted before is a document by now.
      if (open.entry) byId("paste").reset();
      view("start");
    });
    on("paste-cancel", () => view("document"));
    for (const id of ["open-files", "paste-open"]) on(id, () => byId("files").click());
    byId("files").addEventListener("change", () => {
      openFiles([...byId("files").files]);
      byId("files").value = "";
    });
    byId("paste").addEventListener("submit", tagPasted);
    byId("paste").addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) tagPasted(event);
    });
    on("undo", corrections.undo);
    on("redo", corrections.redo);
    byId("corrections-file").addEventListener("change", async () => {
      for (const file of byId("corrections-file").files) await loadCorrections(file);
      byId("corrections-file").value = "";
    });
    on("error-close", () => (byId("error").hidden = true));
    for (const link of document.querySelectorAll("[data-skip]")) {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        byId(link.dataset.skip).focus();
      });
    }
  }

  /** The colours that somebody chose hold for the next time. */
  function setUpTheme() {
    try {
      const kept = localStorage.getItem("dateline.theme");
      if (kept === "light" || kept === "dark") document.documentElement.dataset.theme = kept;
    } catch {
      // Those of the system, then.
    }
    base.setUpTheme(byId("theme"));
    byId("theme").addEventListener("click", () => {
      try {
        localStorage.setItem("dateline.theme", document.documentElement.dataset.theme);
      } catch {
        // They hold for as long as the page is open.
      }
    });
  }

  async function start() {
    setUpTheme();
    reader.setUp({ article: byId("article"), legend: byId("legend"), bar: byId("selection-bar"), scope: card.scopeWords, onChoose: choose, onMark: markName });
    lists.setUp(choose);
    card.setUp(byId("card"), {
      correct, close: closeCard, document: documentOfOpen, around: (mention) => lists.around(mention, open.model), explain: () => tagAnew(true),
      canExplain: (mention) => Boolean(mention.place || mention.label === "LOC") && !open.model.annotation.explanations && !open.request,
    });
    corpus.setUp((entry) => openEntry(entry));
    corrections.onChange(onCorrection);
    setUpButtons();
    dialogs.setUp({ say, markName, text: () => (open.model ? open.model.text : null) });
    setUpDrop();
    document.addEventListener("keydown", onKey);
    window.addEventListener("hashchange", readAddress);
    window.addEventListener("popstate", readAddress);
    dialogs.writeCorrections();
    const worldRead = atlas.setUp({ choose: (mention) => mention && choose(mention, { scroll: true }), say, fail, moved: () => writeAddress() });
    worldRead.then(() => byId("work").dataset.view === "document" && atlas.ensure(), fail);
    await store.restore();
    if (!(await readAddress())) {
      const last = store.entries[store.entries.length - 1];
      const wanted = missing;
      if (last) await openEntry(last);
      else view("start");
      if (wanted) say("Document " + wanted + " is not here. Open its file.");
      missing = wanted;
    }
    window.dateline = { atlas, store, corpus, corrections, open };
    document.documentElement.dataset.ready = Math.round(performance.now());
  }

  start();
})();
