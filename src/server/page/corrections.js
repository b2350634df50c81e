// Corrections: lines in the form of `dateline help corrections`, with undo and redo, kept in this browser.
const corrections = (function () {
  "use strict";

  const room = "dateline.corrections";
  const keys = ["document", "name", "start", "end", "context", "place", "label", "remove", "note"];
  const listeners = [];
  let lines = load();
  let past = [], future = [];

  function load() {
    try {
      const kept = JSON.parse(localStorage.getItem(room) || "[]");
      return Array.isArray(kept) ? kept.filter((line) => line && typeof line === "object") : [];
    } catch {
      return [];
    }
  }

  function put(next) {
    lines = next;
    try {
      localStorage.setItem(room, JSON.stringify(lines));
    } catch {
      // Without room the corrections last as long as the page does.
    }
  }

  /** Puts other lines in place of those there are; `change` says so in words. */
  function become(next, change) {
    past.push({ lines, change });
    future = [];
    put(next);
    tell(change);
  }
  const tell = (change) => listeners.forEach((listener) => listener(change));

  // Another tab of the page may have changed them.
  window.addEventListener("storage", (event) => {
    if (event.key !== room) return;
    lines = load();
    past = [];
    future = [];
    tell("Corrections changed in another tab.");
  });

  // Of two lines about the same name the later counts, so that the earlier has nothing left to say.
  const sameName = (a, b) => ["document", "name", "start", "end", "context"].every((key) => a[key] === b[key]);

  /** Adds a correction; one of the same name and scope makes way for it. */
  function add(line, change) {
    become([...lines.filter((other) => !sameName(other, line)), line], change);
  }
  const remove = (line) => become(lines.filter((other) => other !== line), "Correction deleted.");
  const clear = () => become([], "All corrections deleted.");

  function undo() {
    const last = past.pop();
    if (!last) return false;
    future.push({ lines, change: last.change });
    put(last.lines);
    tell("Undone: " + last.change);
    return true;
  }
  function redo() {
    const next = future.pop();
    if (!next) return false;
    past.push({ lines, change: next.change });
    put(next.lines);
    tell("Redone: " + next.change);
    return true;
  }

  /**
   * A line about a name. `scope` is "here" (where it stands), "document" (in this document) or "everywhere";
   * `says` is its place, label or removal. Offsets in a line are code points, those of the page UTF-16 units.
   */
  function lineOf(name, scope, document, says) {
    const line = {};
    if (scope !== "everywhere") line.document = document.id;
    line.name = name.text;
    if (scope === "here") {
      line.start = annotations.codePointsBefore(document.text, name.start);
      line.end = line.start + Array.from(name.text).length;
    }
    return { ...line, ...says };
  }

  /** A place as a line names it: by its id, or by its name and position. */
  function placeOf(place, name) {
    if (place.id) return place.id;
    const own = { name: place.name || name, lat: place.lat, lon: place.lon };
    if (place.country) own.country = place.country;
    return own;
  }

  /** The lines that speak of a document and of a name that may be in its text, in capitals too. */
  function linesFor(id, text) {
    const loud = text.toUpperCase();
    return lines.filter((line) => (line.document === undefined || line.document === null || line.document === id) &&
      (!line.name || loud.includes(String(line.name).toUpperCase())));
  }

  /** The line that a name is corrected by: the last that speaks of it. */
  function lineOn(name, document) {
    const loud = name.text.toUpperCase();
    const at = annotations.codePointsBefore(document.text, name.start);
    return [...linesFor(document.id, document.text)].reverse().find((line) =>
      (!line.name || String(line.name).toUpperCase() === loud) && (line.start === undefined ? Boolean(line.name) : line.start === at)) || null;
  }

  const text = () => lines.map((line) => JSON.stringify(line) + "\n").join("");

  /** Reads a file of corrections behind those there are. Throws what is wrong with which line. */
  function read(content, name) {
    const found = [];
    content.split("\n").forEach((row, index) => {
      if (!row.trim()) return;
      const wrong = (why) => new Error(name + ", line " + (index + 1) + ": " + why);
      let line;
      try {
        line = JSON.parse(row);
      } catch {
        throw wrong("not JSON");
      }
      if (!line || typeof line !== "object" || Array.isArray(line)) throw wrong("not an object");
      const unknown = Object.keys(line).find((key) => !keys.includes(key));
      if (unknown) throw wrong("unknown key " + JSON.stringify(unknown));
      if (!("place" in line) && !("label" in line) && !("remove" in line)) throw wrong("says neither place, label nor remove");
      found.push(line);
    });
    const kept = lines.filter((line) => !found.some((other) => sameName(line, other)));
    become([...kept, ...found], base.plural(found.length, "correction") + " loaded from " + name + ".");
    return found.length;
  }

  const labelWords = { PER: "person", ORG: "organisation", LOC: "place", MISC: "other name" };

  // What the ids in lines stand for, so that the list of corrections can say it in words.
  const namesRoom = "dateline.places";
  let placeNames = {};
  try {
    placeNames = JSON.parse(localStorage.getItem(namesRoom) || "{}") || {};
  } catch {
    // Ids, then.
  }
  function learn(id, words) {
    if (!id || placeNames[id] === words) return;
    placeNames[id] = words;
    try {
      localStorage.setItem(namesRoom, JSON.stringify(placeNames));
    } catch {
      // Known for as long as the page is open.
    }
  }

  /** What a line says, in words. */
  function describe(line) {
    const parts = [];
    if (line.remove) parts.push("no name");
    if (line.label) parts.push(labelWords[line.label] || line.label);
    if (line.place === null) parts.push("no place");
    else if (typeof line.place === "string") parts.push(Object.hasOwn(placeNames, line.place) ? placeNames[line.place] + " (" + line.place + ")" : line.place);
    else if (line.place) parts.push(coordinates.decimals(line.place.lat, line.place.lon));
    return parts.join(", ");
  }
  /** How far a line reaches, in words. */
  const reach = (line) =>
    line.document === undefined || line.document === null ? "everywhere"
      : (line.start === undefined ? "in document " : "once in document ") + line.document;
  const reachHere = (line) =>
    line.document === undefined || line.document === null ? "everywhere" : line.start === undefined ? "in this document" : "here only";

  return {
    add, remove, clear, learn, undo, redo, lineOf, placeOf, linesFor, lineOn, text, read, describe, reach, reachHere, labelWords,
    all: () => lines,
    canUndo: () => past.length > 0,
    canRedo: () => future.length > 0,
    onChange: (listener) => listeners.push(listener),
  };
})();
