// The card of a chosen name: what it was taken for and why, what else it may be, and how to correct it.
const card = (function () {
  "use strict";

  const { element, shorten } = base;
  const scopeRoom = "dateline.scope";
  const scopes = [["here", "Here only"], ["document", "In this document"], ["everywhere", "Everywhere"]];

  let container, events = {}, words = { candidate: {}, none: {} };
  let shown = null; // { mention, candidates }
  let scope = "document";

  const percent = (share) => (share > 0 && share < 0.005 ? "<\u00a01\u00a0%" : share < 1 && share > 0.995 ? ">\u00a099\u00a0%" : Math.round(share * 100) + "\u00a0%");

  /** What spoke most for and against a candidate, each once. */
  function reasons(features, of) {
    const told = new Map();
    for (const { feature, value, adds } of [...(features || [])].sort((a, b) => Math.abs(b.adds) - Math.abs(a.adds))) {
      const say = Object.hasOwn(of, feature) ? of[feature] : null;
      const text = say && value ? (value > 0 ? say.more : say.less) : null;
      if (!text || Math.abs(adds) < 0.05 || told.has(text)) continue;
      told.set(text, adds);
      if (told.size === 3) break;
    }
    return sayReasons([...told]);
  }

  /**
   * What sets a candidate apart from another one: features that say the same are summed, and one of which both have as
   * much says nothing.
   */
  function contrasts(features, others) {
    const known = words.candidate;
    const read = (list) => new Map((list || []).map((one) => [one.feature, one]));
    const mine = read(features), theirs = read(others);
    const told = new Map();
    for (const feature of new Set([...mine.keys(), ...theirs.keys()])) {
      if (!Object.hasOwn(known, feature)) continue;
      const a = mine.get(feature) || { value: 0, adds: 0 }, b = theirs.get(feature) || { value: 0, adds: 0 };
      const { more, less } = known[feature];
      const text = a.value > b.value ? more : a.value < b.value ? less : null;
      if (!text) continue;
      // "Better known" and "less well known" are one matter, of which the weightiest feature has the word.
      const matter = [more, less].sort().join("|"), adds = a.adds - b.adds;
      const one = told.get(matter) || { text, adds: 0, most: 0, sign: 0 };
      one.adds += adds;
      if (Math.abs(adds) > one.most) Object.assign(one, { text, most: Math.abs(adds), sign: Math.sign(adds) });
      told.set(matter, one);
    }
    const clear = [...told.values()].filter((one) => Math.abs(one.adds) >= 0.05 && Math.sign(one.adds) === one.sign);
    return sayReasons(clear.sort((a, b) => Math.abs(b.adds) - Math.abs(a.adds)).slice(0, 3).map((one) => [one.text, one.adds]));
  }

  const sayReasons = (told) => told.map(([text, adds]) =>
    element("li", { class: adds > 0 ? "for" : "against" }, element("span", { class: "unseen" }, adds > 0 ? "for: " : "against: "), text));

  const button = (text, run, attributes) => {
    const node = element("button", { type: "button", class: "plain", ...attributes }, text);
    node.addEventListener("click", run);
    return node;
  };

  // ------------------------------------------------------------------------------------------------- candidates

  /** The candidates of a name in order: those that were weighed, or else its place and the others that it may be. */
  function candidatesOf(mention) {
    const weighed = mention.explanation ? mention.explanation.candidates : null;
    const rows = weighed
      ? weighed.map((one) => ({ place: one.place, share: one.probability, features: one.features }))
      : [mention.place, ...mention.alternatives].filter((place) => place && place.id).map((place) => ({ place, share: place.confidence, features: null }));
    const current = mention.place ? annotations.keyOf(mention.place) : null;
    return rows.map((row, index) => ({ ...row, number: index + 1, current: annotations.keyOf(row.place) === current }));
  }

  function placeLine(place) {
    return [annotations.whereOf(place).join(", "), place.population ? "population " + base.formatShort(place.population) : null]
      .filter(Boolean).join(" · ");
  }

  function candidateRow(candidate, index, all) {
    const { place, number, current, share, features } = candidate;
    const go = element("button", { type: "button", class: "go", title: "Show it on the map" },
      element("span", { class: "pin-number" + (current ? " current" : ""), "aria-hidden": "true" }, String(number)),
      element("span", { class: "name" }, element("bdi", {}, shorten(place.name, 60))),
      element("span", { class: "share" }, share === null ? "" : percent(share)),
      element("span", { class: "under" }, placeLine(place)));
    go.addEventListener("click", () => atlas.goTo(place));
    // The first is told from the second, the others from the first.
    const rival = all[index ? 0 : 1];
    let why = rival ? contrasts(features, rival.features) : [];
    if (!why.length && !index) why = reasons(features, words.candidate);
    return element("li", { class: current ? "candidate current" : "candidate", "data-number": number },
      go,
      current ? element("span", { class: "is" }, "chosen") : button("Choose", () => choosePlace(place), { "aria-label": "Choose " + place.name + ", " + placeLine(place) }),
      why.length ? element("ul", { class: "reasons" }, ...why) : null);
  }

  function noneRow(none, isCurrent) {
    const why = reasons(none.features, words.none);
    return element("li", { class: isCurrent ? "candidate none current" : "candidate none" },
      element("span", { class: "go" },
        element("span", { class: "pin-number none", "aria-hidden": "true" }, "–"),
        element("span", { class: "name" }, "None of these"), element("span", { class: "share" }, percent(none.probability))),
      isCurrent ? element("span", { class: "is" }, "chosen") : button("Choose", () => correct({ place: null }, "“" + shown.mention.text + "” is no place."), { "aria-label": "Choose none of these" }),
      why.length ? element("ul", { class: "reasons" }, ...why) : null);
  }

  // -------------------------------------------------------------------------------------------------- correcting

  /** Says a correction of the shown name; `tellAs` is it in words. */
  function correct(says, tellAs) {
    // A person that has a place is none.
    const isPlaceNow = says.place && shown.mention.label === "PER" && !shown.mention.parent;
    events.correct(shown.mention, scope, isPlaceNow ? { label: "LOC", ...says } : says, tellAs);
  }
  function choosePlace(place) {
    const { mention } = shown;
    corrections.learn(place.id, [place.name, place.admin1 && place.admin1 !== place.name ? place.admin1 : null, base.isCountry(place.feature) ? null : annotations.countryName(place.country)].filter(Boolean).join(", "));
    correct({ place: corrections.placeOf(place, mention.text) }, "“" + mention.text + "” is " + place.name + (place.admin1 ? ", " + place.admin1 : "") + ".");
  }

  function putAt(mention, lat, lon) {
    correct({ place: { name: mention.text, lat, lon } }, "“" + mention.text + "” is at " + coordinates.decimals(lat, lon) + ".");
  }

  const scopeWords = () => scopes.find(([value]) => value === scope)[1].toLowerCase();

  function scopeChoice() {
    const radios = scopes.map(([value, text]) => {
      const input = element("input", { type: "radio", name: "scope", value, checked: value === scope });
      input.addEventListener("change", () => {
        scope = value;
        try {
          localStorage.setItem(scopeRoom, scope);
        } catch {
          // Kept for as long as the page is open.
        }
      });
      return element("label", {}, input, text);
    });
    return element("fieldset", { class: "scope" }, element("legend", {}, "Correct it"), ...radios);
  }

  function searchBox(mention) {
    const input = element("input", { type: "search", id: "lookup", autocomplete: "off", spellcheck: "false", dir: "auto", placeholder: "Another place by its name, or coordinates", "aria-label": "Search the gazetteer" });
    const found = element("ol", { class: "brief found-places" });
    const state = element("p", { class: "quiet", role: "status" });
    let asking = null, waiting = 0;
    const look = async () => {
      if (asking) asking.abort();
      const name = input.value.trim();
      found.replaceChildren();
      state.textContent = "";
      if (name.length < 2) return;
      const given = name.match(/^(-?\d{1,2}(?:\.\d+)?)\s*[,;\s]\s*(-?\d{1,3}(?:\.\d+)?)$/);
      if (given && Math.abs(given[1]) <= 90 && Math.abs(given[2]) <= 180) {
        const [lat, lon] = [Number(given[1]), Number(given[2])];
        const row = element("button", { type: "button" }, element("span", { class: "name" }, "Put it at " + coordinates.decimals(lat, lon)));
        row.addEventListener("click", () => putAt(mention, lat, lon));
        return found.replaceChildren(element("li", {}, row));
      }
      const mine = (asking = new AbortController());
      try {
        const places = await server.lookup(name, mine.signal);
        if (mine.signal.aborted) return;
        state.textContent = places.length ? "" : "The gazetteer has no place of this name.";
        found.replaceChildren(...places.map((place) => {
          const row = element("button", { type: "button" }, element("span", { class: "name" }, element("bdi", {}, place.name)), element("span", { class: "under" }, placeLine(place)));
          row.addEventListener("click", () => choosePlace(place));
          row.addEventListener("focus", () => atlas.goTo(place));
          return element("li", {}, row);
        }));
      } catch (fault) {
        if (fault.name !== "AbortError") state.textContent = fault.message;
      }
    };
    input.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(look, 200);
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        clearTimeout(waiting);
        look();
      } else if (event.key === "ArrowDown" && found.firstChild) {
        event.preventDefault();
        found.querySelector("button").focus();
      }
    });
    return element("div", { class: "lookup" }, input, state, found);
  }

  function tools(mention) {
    const name = "“" + mention.text + "”";
    const others = reader.labelButtons((label) => correct({ label }, name + " is " + (label === "ORG" ? "an " : label === "MISC" ? "another name" : "a ") + (label === "MISC" ? "" : corrections.labelWords[label]) + "."))
      .filter((one) => one.dataset.label !== mention.label || mention.parent);
    return element("div", { class: "tools-of-name" },
      scopeChoice(),
      searchBox(mention),
      element("div", { class: "buttons" },
        button("Put it on the map", () => atlas.askForPoint(mention.text, ([lat, lon]) => putAt(mention, lat, lon)), { "data-do": "put" }),
        mention.place ? button("No place", () => correct({ place: null }, name + " is no place."), { "data-do": "no-place" }) : null,
        button("No name", () => correct({ remove: true }, name + " is no name."), { "data-do": "remove" })),
      mention.parent ? null : element("div", { class: "buttons", role: "group", "aria-label": "It is a name of another kind" },
        element("span", { class: "quiet" }, "It is a"), ...others));
  }

  // --------------------------------------------------------------------------------------------------- the card

  /** The correction that made the name what it is, if one did. */
  function correctedBy(mention) {
    const line = corrections.lineOn(mention, events.document());
    // A line with a context may speak of the name elsewhere.
    if (!line || line.context) return null;
    return element("p", { class: "corrected-by" },
      element("span", {}, "Corrected: " + corrections.describe(line) + ", " + corrections.reachHere(line) + "."),
      button("Take back", () => corrections.remove(line), { "data-do": "take-back" }));
  }

  function estimate(mention) {
    return mention.relations.filter((one) => one.place && (one.target === mention || !one.target)).map((relation) => {
      const anchors = relation.anchors.map((anchor) => anchor.text).join(" and "), phrase = relation.text || "";
      const how = !relation.target ? "Stated by it: “" : mention.place && mention.place.method === "relative" ? "Worked out from “" : "The text says: “";
      return element("p", { class: "estimate" }, how, element("bdi", {}, shorten(phrase.includes(anchors) ? phrase : phrase + " " + anchors, 160)),
        "”, ± " + base.formatKm(relation.place.uncertainty_km) + " around " + coordinates.decimals(relation.place.lat, relation.place.lon, 3) + ". ",
        // Where the name was put elsewhere, what the text says may be better.
        relation.target === mention && (!mention.place || mention.place.method === "gazetteer")
          ? button("Use this position", () => putAt(mention, relation.place.lat, relation.place.lon), { class: "inline", "data-do": "use" }) : null);
    });
  }

  function about(mention, group) {
    const { place } = mention;
    const kind = corrections.labelWords[mention.label] || mention.type || mention.label;
    const lines = [];
    const first = [kind[0].toUpperCase() + kind.slice(1)];
    if (mention.parent) first.push("in “" + shorten(mention.parent.text, 60) + "”");
    if (mention.name && mention.name !== mention.text) first.push("in full: " + shorten(mention.name, 80));
    if (mention.standsFor) first.push("stands for its " + mention.standsFor);
    const official = place && base.fold(place.name) !== base.fold(mention.text) ? place.name : null;
    const where = !place ? [] : annotations.whereOf(place).filter((part) => part !== "position worked out from words");
    const doubt = annotations.isDoubtful(mention) && place.method === "gazetteer" ? element("span", { class: "doubt" }, " · doubtful") : null;
    lines.push(element("p", { class: "placed" }, element("span", { class: "quiet" }, first.join(" · ") + (official || where.length ? " · " : "")),
      official ? element("b", {}, element("bdi", {}, official)) : null, official && where.length ? ", " : null, where.join(", "), doubt));
    if (!place) {
      if (mention.label === "LOC") lines.push(element("p", { class: "not-placed" }, "Not placed."));
      return lines;
    }
    const facts = [
      coordinates.line(place.lat, place.lon),
      place.population ? "population " + base.formatNumber(place.population) : null,
      place.method === "gazetteer" ? percent(place.confidence) + " sure" : base.methodWords[place.method] || place.method,
    ];
    lines.push(element("p", { class: "quiet" }, facts.filter(Boolean).join(" · ")));
    return lines;
  }

  /** Shows a name, or nothing. */
  function show(mention, group) {
    if (!mention) {
      shown = null;
      container.replaceChildren();
      return;
    }
    const candidates = candidatesOf(mention);
    shown = { mention, candidates };
    const canBePlace = mention.label !== "PER" || candidates.length > 0;
    const sentence = mention.explanation && mention.explanation.sentence;
    const none = mention.explanation && mention.explanation.none;
    const rows = candidates.map(candidateRow);
    if (none && (rows.length || mention.label === "LOC")) rows.push(noneRow(none, !mention.place));
    const head = element("div", { class: "card-head" },
      element("h2", { dir: "auto", tabindex: "-1" }, shorten(mention.text, 160)),
      group && group.mentions.length > 1 ? element("span", { class: "quiet" }, "×" + group.mentions.length) : null,
      button("Close", () => events.close(), { class: "plain close", title: "Back to the lists (Esc)" }));
    container.replaceChildren(element("section", { class: "card name-card", "aria-label": "Name: " + shorten(mention.text, 80) },
      head, ...about(mention, group), correctedBy(mention), ...estimate(mention), ...events.around(mention).filter(Boolean),
      sentence ? element("p", { class: "why" }, sentence) : null,
      canBePlace && rows.length ? element("ol", { class: "candidates", "aria-label": "Candidates" }, ...rows) : null,
      events.canExplain(mention) ? button("Weigh all candidates", () => events.explain(), { class: "plain weigh", title: "Tags the document anew" }) : null,
      tools(mention)));
    atlas.showPins(candidates, (number) => {
      const row = container.querySelector('[data-number="' + number + '"]');
      if (row) row.querySelector("button").focus();
    });
  }

  /** Chooses the candidate of a number; whether there is one. */
  function chooseNumber(number) {
    const candidate = shown && shown.candidates.find((one) => one.number === number);
    if (!candidate) return false;
    if (!candidate.current) choosePlace(candidate.place);
    return true;
  }

  function setUp(node, callbacks) {
    container = node;
    events = callbacks;
    try {
      const kept = localStorage.getItem(scopeRoom);
      if (scopes.some(([value]) => value === kept)) scope = kept;
    } catch {
      // The usual scope, then.
    }
    server.asset("words.json").then((read) => (words = { candidate: read.candidate || {}, none: read.none || {} }), () => {});
  }

  return { setUp, show, chooseNumber, shown: () => shown && shown.mention, scope: () => scope, scopeWords };
})();
