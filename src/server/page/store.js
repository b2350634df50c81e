// The documents of the page: light entries of all, whose texts stay in their files, and what outlasts a reload.
const store = (function () {
  "use strict";

  const { fold } = base;

  const entries = [];
  const entryOfId = new Map();
  const listeners = [];
  const tell = (what) => listeners.forEach((listener) => listener(what));

  // Of so much text of each document a search looks at all, until that has become much together; then of the beginning.
  const longSearch = 20000, shortSearch = 1500, muchSearch = 30e6;
  let searchable = 0;

  /** Lower case without accents; what has only ASCII letters is quick. */
  const folded = (text) => (/^[\x00-\x7f]*$/.test(text) ? text.toLowerCase() : fold(text));

  // Documents of a corpus share their sources and desks; one text of each is enough.
  const shared = new Map();
  function share(value) {
    if (typeof value !== "string") return value;
    if (!shared.has(value)) {
      if (shared.size > 5000) return value;
      shared.set(value, value);
    }
    return shared.get(value);
  }

  /** Fills an entry from a document, tagged or plain. */
  function describe(entry, raw) {
    const text = typeof raw.text === "string" ? raw.text : "";
    const names = new Set(), places = new Set(), people = new Set();
    entry.doubtful = 0;
    entry.tagged = Array.isArray(raw.entities);
    for (const entity of entry.tagged ? raw.entities : []) {
      for (const one of [entity, ...(entity.contains || [])]) {
        if (!one.place) continue;
        places.add(one.place.name);
        if (one.text) places.add(one.text);
        if (one.place.confidence < 0.7) entry.doubtful++;
      }
      if (entity.text) names.add(entity.text);
      if (entity.name) names.add(entity.name);
      if (entity.label === "PER") people.add(entity.name || entity.text);
    }
    entry.title = raw.title || null;
    entry.head = raw.title || text.slice(0, 120).split("\n")[0].trim() || entry.id;
    entry.date = typeof raw.date === "string" ? raw.date.slice(0, 10) : null;
    entry.source = share(raw.source || null);
    entry.metadata = null;
    if (raw.metadata && typeof raw.metadata === "object") {
      entry.metadata = {};
      for (const [key, value] of Object.entries(raw.metadata)) {
        if (typeof value !== "object") entry.metadata[share(key)] = share(typeof value === "string" ? value : String(value));
      }
    }
    searchable -= entry.hay ? entry.hay.length : 0;
    const limit = searchable < muchSearch ? longSearch : shortSearch;
    const listed = (all) => [...all].join("\n").slice(0, longSearch);
    entry.places = folded(listed(places));
    entry.people = folded(listed(people));
    entry.hay = folded(entry.head + "\n" + listed(new Set([...names, ...places])) + "\n" + text.slice(0, limit));
    searchable += entry.hay.length;
    entry.cut = text.length > limit;
  }

  function addEntry(raw, where, fallback) {
    const id = raw.id === undefined || raw.id === null || raw.id === "" ? fallback : String(raw.id);
    const entry = { index: entries.length, id, where, hay: "" };
    describe(entry, raw);
    entries.push(entry);
    if (!entryOfId.has(id)) entryOfId.set(id, entry);
    return entry;
  }

  /** Adds a document that is kept in memory, or puts it in the place of the one of its id. */
  function addDocument(raw, more) {
    const id = raw.id === undefined || raw.id === null ? null : String(raw.id);
    const old = id !== null && entryOfId.get(id);
    const where = { document: raw, ...more };
    let entry = old;
    if (old && old.where.document) {
      old.where = where;
      describe(old, raw);
    } else entry = addEntry(raw, where, "document " + (entries.length + 1));
    tell("entries");
    keepSoon();
    return entry;
  }

  /** What the server found in a document. That of a file stays in memory for the few that were opened. */
  function setTagged(entry, annotation, sentences) {
    entry.where.tagged = { annotation, sentences };
    describe(entry, { ...annotation, id: entry.id });
    if (entry.where.file) {
      recent.push(entry);
      if (recent.length > 50) delete recent.shift().where.tagged;
    }
    tell("entry");
    keepSoon();
  }
  const recent = [];

  /** A document as its file or the paste has it. */
  async function read(entry) {
    const { file, from, to, document: raw } = entry.where;
    if (!file) return raw;
    let slice;
    try {
      slice = await file.slice(from, to).text();
    } catch {
      throw new Error("The file " + file.name + " has changed or is gone. Open it again.");
    }
    return JSON.parse(slice);
  }

  // ------------------------------------------------------------------------------------------------------- files

  // Gives way to drawing and to keys now and then.
  const breathe = () => new Promise((resolve) => setTimeout(resolve, 0));

  /** The documents of a file with one a line. `first` is called with the first as soon as it is there. */
  async function readLines(file, progress) {
    const reader = file.stream().getReader();
    const decoder = new TextDecoder();
    let begun = [], at = 0, number = 0, bad = 0, paused = performance.now(); // `begun`: the line that has yet to end.
    const take = (bytes, from) => {
      number++;
      const line = decoder.decode(bytes).trim();
      if (!line) return;
      try {
        const raw = JSON.parse(line);
        if (!raw || typeof raw !== "object" || (raw.text === undefined && !Array.isArray(raw.entities))) throw new Error();
        const entry = addEntry(raw, { file, from, to: from + bytes.length }, file.name + ":" + number);
        if (progress.first) {
          progress.first(entry, raw);
          progress.first = null;
        }
      } catch {
        bad++;
      }
    };
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      let from = 0;
      for (let end; (end = value.indexOf(10, from)) >= 0; from = end + 1) {
        const line = joined(begun, value.subarray(from, end));
        take(line, at + end - line.length);
        begun = [];
        if (performance.now() - paused > 25) {
          tell("entries");
          progress.said(at + end, file.size);
          await breathe();
          paused = performance.now();
        }
      }
      if (from < value.length) begun.push(value.subarray(from));
      at += value.length;
    }
    const last = joined(begun, new Uint8Array(0));
    if (last.length) take(last, at - last.length);
    return bad;
  }

  /** The parts of a line as one. */
  function joined(parts, last) {
    if (!parts.length) return last;
    const all = [...parts, last];
    const whole = new Uint8Array(all.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of all) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  /** The documents of a JSON file: one, a list, or after all one a line. */
  async function readJson(file, progress) {
    if (file.size > 64e6) return readLines(file, progress);
    let content;
    try {
      content = JSON.parse(await file.text());
    } catch {
      return readLines(file, progress);
    }
    let bad = 0;
    // `dateline tag --format json` has all documents in one object.
    const held = content && !Array.isArray(content) && Array.isArray(content.documents) ? content.documents : content;
    const all = Array.isArray(held) ? held : [held];
    all.forEach((raw, index) => {
      if (!raw || typeof raw !== "object" || (raw.text === undefined && !Array.isArray(raw.entities))) return void bad++;
      let entry;
      try {
        entry = addEntry(raw, { document: raw }, all.length > 1 ? file.name + ":" + (index + 1) : file.name);
      } catch {
        return void bad++;
      }
      if (progress.first) {
        progress.first(entry, raw);
        progress.first = null;
      }
    });
    return bad;
  }

  /** The text of a file; null of one that is none, or is not UTF-8. */
  async function textOf(file) {
    try {
      const text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
      return text.includes("\0") || text.startsWith("%PDF-") ? null : text;
    } catch {
      return null;
    }
  }

  // What the command line reads, and a browser does not.
  const forTag = /\.(csv|tsv|parquet|arrow|feather|avro|xlsx?|docx?|warc|wacz|wet|zip|gz|zst|xz|bz2)$/i;

  /**
   * Reads files: { documents, bad, forTag }, the last being files that only the command line reads. `progress.first` gets
   * the first document, `progress.said` how far it is.
   */
  async function addFiles(files, progress) {
    const before = entries.length;
    let bad = 0;
    const others = [];
    for (const file of files) {
      if (forTag.test(file.name)) others.push(file.name);
      else if (/\.(jsonl|ndjson)$/i.test(file.name)) bad += await readLines(file, progress);
      else if (/\.json$/i.test(file.name)) bad += await readJson(file, progress);
      else {
        const text = await textOf(file);
        if (text === null) {
          bad++;
          continue;
        }
        const raw = { id: file.name, text: text.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n") };
        const entry = addDocument(raw);
        if (progress.first) {
          progress.first(entry, raw);
          progress.first = null;
        }
      }
    }
    tell("entries");
    keepSoon();
    return { documents: entries.length - before, bad, forTag: others };
  }

  /** Forgets every text, here and on the shelf, and has other windows of this page do the same. */
  async function clear() {
    entries.length = 0;
    entryOfId.clear();
    searchable = 0;
    clearTimeout(keeping);
    others.postMessage("clear");
    try {
      await onShelf("readwrite", (shelf) => shelf.put([], "documents"));
    } catch {
      // A browser that keeps nothing has nothing to forget.
    }
  }

  // Other windows of this page, which keep what they show on the same shelf.
  const others = new BroadcastChannel("dateline");
  others.onmessage = ({ data }) => {
    if (data !== "clear") return;
    clearTimeout(keeping);
    location.hash = "";
    location.reload();
  };

  // ---------------------------------------------------------------------------------------------------- a reload

  const mostKept = 100, mostLetters = 4e6;

  /** Runs something on the shelf of this browser's database. */
  function onShelf(mode, run) {
    return new Promise((resolve, reject) => {
      const opening = indexedDB.open("dateline", 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore("shelf");
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => {
        const database = opening.result;
        const transaction = database.transaction("shelf", mode);
        const request = run(transaction.objectStore("shelf"));
        transaction.oncomplete = () => {
          database.close();
          resolve(request.result);
        };
        transaction.onerror = transaction.onabort = () => {
          database.close();
          reject(transaction.error);
        };
      };
    });
  }

  let keeping = 0;
  function keepSoon() {
    clearTimeout(keeping);
    keeping = setTimeout(() => keep().catch(() => {}), 150); // A browser that keeps nothing still shows everything.
  }

  /** Keeps the latest documents that are in memory; those of large files are in their files. */
  async function keep() {
    const kept = [];
    let letters = 0;
    for (let index = entries.length - 1; index >= 0 && kept.length < mostKept; index--) {
      const { document: raw, tagged, near, under } = entries[index].where;
      if (!raw) continue;
      const length = (raw.text || "").length;
      if (letters + length > mostLetters) continue;
      letters += length;
      kept.unshift({ document: raw, tagged: tagged || null, near: near || null, under, id: entries[index].id });
    }
    await onShelf("readwrite", (shelf) => {
      // Another window of this page has documents of its own there.
      const former = shelf.get("documents");
      former.onsuccess = () => {
        const others = (former.result || []).filter((one) => !entryOfId.has(one.id));
        for (const one of others.reverse()) {
          const length = (one.document.text || "").length;
          if (kept.length >= mostKept || letters + length > mostLetters) continue;
          letters += length;
          kept.unshift(one);
        }
        shelf.put(kept, "documents");
      };
      return former;
    });
  }

  /** Brings back what was kept. */
  async function restore() {
    let kept = null;
    try {
      kept = await onShelf("readonly", (shelf) => shelf.get("documents"));
    } catch {
      return 0;
    }
    for (const { document: raw, tagged, near, under, id } of kept || []) {
      const entry = addEntry(raw, { document: raw, near, under }, id);
      if (tagged) {
        entry.where.tagged = tagged;
        describe(entry, { ...tagged.annotation, id: entry.id });
      }
    }
    tell("entries");
    return entries.length;
  }

  return {
    entries, addDocument, addFiles, setTagged, read, clear, restore, folded,
    ofId: (id) => entryOfId.get(id) || null,
    onChange: (listener) => listeners.push(listener),
  };
})();
