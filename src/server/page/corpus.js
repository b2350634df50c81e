// The list of documents: search, filters, and rows only for what is in view.
const corpus = (function () {
  "use strict";

  const { element, shorten } = base;
  const byId = (id) => document.getElementById(id);
  const rowHeight = 54;

  let onOpen = () => {};
  let shown = [], active = -1, opened = null;
  let box, room;
  const wanted = { words: [], place: "", person: "", from: null, to: null, source: "", metadata: {}, doubtful: false };

  // --------------------------------------------------------------------------------------------------- searching

  function fits(entry) {
    for (const word of wanted.words) if (!entry.hay.includes(word)) return false;
    if (wanted.doubtful && !entry.doubtful) return false;
    if (wanted.place && !entry.places.includes(wanted.place)) return false;
    if (wanted.person && !entry.people.includes(wanted.person)) return false;
    if (wanted.source && entry.source !== wanted.source) return false;
    if (wanted.from && !(entry.date && entry.date >= wanted.from)) return false;
    if (wanted.to && !(entry.date && entry.date <= wanted.to)) return false;
    for (const [key, value] of Object.entries(wanted.metadata)) {
      if (value && (!entry.metadata || entry.metadata[key] !== value)) return false;
    }
    return true;
  }

  function read() {
    const text = (id) => store.folded(byId(id).value.trim());
    // Words in quotes stand together.
    wanted.words = [...text("search").matchAll(/"([^"]+)"|\S+/g)].map((match) => match[1] || match[0].replace(/"/g, "")).filter(Boolean);
    wanted.place = text("filter-place");
    wanted.person = text("filter-person");
    wanted.from = byId("filter-from").value || null;
    wanted.to = byId("filter-to").value || null;
    wanted.source = byId("filter-source").value;
    wanted.doubtful = byId("filter-doubtful").checked;
    wanted.metadata = {};
    for (const select of byId("filter-metadata").querySelectorAll("select")) wanted.metadata[select.dataset.key] = select.value;
  }

  /** Finds the documents anew and shows them from the top. */
  function search() {
    const began = performance.now();
    read();
    shown = store.entries.filter(fits);
    const took = performance.now() - began;
    box.scrollTop = 0;
    active = opened ? shown.indexOf(opened) : -1;
    draw();
    writeFound();
    const filters = [wanted.place, wanted.person, wanted.from, wanted.to, wanted.source, wanted.doubtful, ...Object.values(wanted.metadata)].filter(Boolean).length;
    byId("filters-state").textContent = filters ? " (" + filters + ")" : "";
    document.documentElement.dataset.search = took.toFixed(1);
  }

  function writeFound() {
    const all = store.entries.length;
    const cut = wanted.words.length && store.entries.some((entry) => entry.cut);
    byId("found").textContent = (shown.length === all ? base.plural(all, "document") : base.formatNumber(shown.length) + " of " + base.plural(all, "document")) +
      (cut ? "; of long texts the beginning is searched" : "");
  }

  // ----------------------------------------------------------------------------------------------------- the rows

  function rowOf(entry, position) {
    const under = [entry.source, entry.date && base.dayOf(entry.date) !== null ? base.formatDay(base.dayOf(entry.date)) : entry.date].filter(Boolean).join(" · ");
    const row = element("div", {
      class: "document" + (entry === opened ? " opened" : "") + (position === active ? " active" : ""),
      role: "option", id: "document-" + position, "aria-selected": String(entry === opened),
      "aria-setsize": shown.length, "aria-posinset": position + 1, "data-position": position,
    },
    element("span", { class: "name" }, element("bdi", {}, shorten(entry.head, 120))),
    element("span", { class: "under" }, element("bdi", {}, shorten(under || entry.id, 80)),
      entry.doubtful ? element("span", { class: "doubt" }, " · " + entry.doubtful + " doubtful") : null));
    row.style.top = position * rowHeight + "px";
    return row;
  }

  function draw() {
    room.style.height = shown.length * rowHeight + "px";
    const first = Math.max(0, Math.floor(box.scrollTop / rowHeight) - 4);
    const last = Math.min(shown.length, Math.ceil((box.scrollTop + box.clientHeight) / rowHeight) + 4);
    const rows = [];
    for (let position = first; position < last; position++) rows.push(rowOf(shown[position], position));
    room.replaceChildren(...rows);
    if (active >= first && active < last) box.setAttribute("aria-activedescendant", "document-" + active);
    else box.removeAttribute("aria-activedescendant");
  }

  function reveal(position) {
    const top = position * rowHeight;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top + rowHeight > box.scrollTop + box.clientHeight) box.scrollTop = top + rowHeight - box.clientHeight;
  }

  function activate(position) {
    active = Math.max(0, Math.min(shown.length - 1, position));
    reveal(active);
    draw();
  }

  function onKey(event) {
    const page = Math.max(1, Math.floor(box.clientHeight / rowHeight) - 1);
    const moves = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + page, PageUp: active - page, Home: 0, End: shown.length - 1 };
    if (!shown.length || event.ctrlKey || event.metaKey || event.altKey) return;
    if (Object.hasOwn(moves, event.key)) activate(moves[event.key]);
    else if ((event.key === "Enter" || event.key === " ") && active >= 0) onOpen(shown[active]);
    else return;
    event.preventDefault();
  }

  // --------------------------------------------------------------------------------------------------- the filters

  function options(select, values, all) {
    const was = select.value;
    select.replaceChildren(element("option", { value: "" }, all), ...values.map((value) => element("option", { value }, shorten(value, 40))));
    select.value = values.includes(was) ? was : "";
  }

  /** The values of a field, if they are some to choose from. */
  function choices(values) {
    const all = [...values].sort((a, b) => a.localeCompare(b));
    return all.length > 1 && all.length <= 60 ? all : [];
  }

  function writeFilters() {
    const sources = new Set(), fields = new Map();
    for (const entry of store.entries) {
      if (entry.source) sources.add(entry.source);
      for (const [key, value] of Object.entries(entry.metadata || {})) {
        if (!fields.has(key)) fields.set(key, new Set());
        const values = fields.get(key);
        if (values.size <= 60) values.add(value);
      }
    }
    const known = choices(sources);
    byId("filter-source-line").hidden = !known.length;
    options(byId("filter-source"), known, "All");
    const place = byId("filter-metadata");
    const kept = new Map([...place.querySelectorAll("select")].map((select) => [select.dataset.key, select.value]));
    place.replaceChildren();
    for (const [key, values] of fields) {
      const some = choices(values);
      if (!some.length) continue;
      const select = element("select", { "data-key": key });
      options(select, some, "All");
      select.value = some.includes(kept.get(key)) ? kept.get(key) : "";
      place.append(element("label", {}, shorten(key, 30) + " ", select));
    }
  }

  let refreshing = 0;
  /** Brings the list up to date with the documents there are, with the next quiet moment. */
  function refreshSoon(what) {
    byId("corpus").hidden = store.entries.length < 2;
    if (what === "entry") {
      draw();
      return;
    }
    if (refreshing) return;
    refreshing = setTimeout(() => {
      refreshing = 0;
      const top = box.scrollTop;
      writeFilters();
      search();
      box.scrollTop = top;
      draw();
    }, store.entries.length > 2000 ? 400 : 60);
  }

  /** Opens the next or the previous document of the list. */
  function step(by) {
    if (!shown.length) return false;
    const at = opened ? shown.indexOf(opened) : -1;
    const next = shown[at < 0 ? 0 : at + by];
    if (!next) return false;
    onOpen(next);
    return true;
  }

  /** The next document of the list, from the opened one on, that has doubtful places. */
  function nextDoubtful(by) {
    for (let at = shown.indexOf(opened) + by; at >= 0 && at < shown.length; at += by) if (shown[at].doubtful) return shown[at];
    return null;
  }

  function setOpened(entry) {
    opened = entry;
    active = shown.indexOf(entry);
    if (active >= 0 && box.clientHeight) reveal(active);
    draw();
  }

  function setUp(open) {
    onOpen = open;
    box = byId("documents");
    room = byId("documents-room");
    let waiting = 0;
    const soon = () => {
      clearTimeout(waiting);
      waiting = setTimeout(search, store.entries.length > 5000 ? 120 : 20);
    };
    for (const id of ["search", "filter-place", "filter-person"]) byId(id).addEventListener("input", soon);
    byId("filters").addEventListener("change", soon);
    byId("filter-clear").addEventListener("click", () => {
      for (const input of byId("filters").querySelectorAll("input, select")) {
        if (input.type === "checkbox") input.checked = false;
        else input.value = "";
      }
      search();
    });
    box.addEventListener("scroll", draw, { passive: true });
    box.addEventListener("keydown", onKey);
    box.addEventListener("focus", () => {
      if (active < 0 && shown.length) activate(0);
    });
    box.addEventListener("click", (event) => {
      const row = event.target.closest("[data-position]");
      if (row) onOpen(shown[Number(row.dataset.position)]);
    });
    byId("search").addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== "ArrowDown") return;
      event.preventDefault();
      clearTimeout(waiting);
      search();
      if (shown.length) {
        activate(0);
        box.focus();
      }
    });
    new ResizeObserver(() => draw()).observe(box);
    store.onChange(refreshSoon);
  }

  return { setUp, step, nextDoubtful, setOpened, shown: () => shown };
})();
