// Below the map: the places, people and organisations of a document, and what was worked out from words.
const lists = (function () {
  "use strict";

  const { element, shorten } = base;
  let choose = () => {};

  function chooser(mention, ...inside) {
    const button = element("button", { type: "button", "data-mention": mention.index }, ...inside);
    button.addEventListener("click", () => choose(mention, { scroll: true }));
    return button;
  }

  const times = (number) => element("span", { class: "number" }, number > 1 ? "×" + base.formatNumber(number) : "");

  function placeRow(group) {
    const { place } = group;
    const under = [group.official, ...annotations.whereOf(place), place.method === "correction" ? "corrected" : null].filter(Boolean);
    const doubt = !group.isRelative && group.confidence < 0.7 ? Math.round(group.confidence * 100) + "\u00a0%" : null;
    return element("li", {}, chooser(group.mentions[0],
      element("span", { class: "name" + (group.isRelative ? " worked-out" : "") }, element("bdi", {}, shorten(group.name, 60))),
      times(group.mentions.length),
      element("span", { class: "under" }, element("bdi", {}, shorten(under.join(", "), 90)),
        doubt ? element("span", { class: "doubt" }, " doubtful, " + doubt) : null)));
  }

  /** The places that are named with some names, in words. */
  function placesWith(mentions, model) {
    const { sentence, paragraph } = model.namedWith(mentions);
    const names = (places) => {
      const parts = places.slice(0, 6).map(inlineName);
      const row = parts.flatMap((part, index) => (index ? [", ", part] : [part]));
      if (places.length > 6) row.push(" and " + (places.length - 6) + " more");
      return row;
    };
    return [
      sentence.length ? element("p", { class: "with" }, "same sentence: ", ...names(sentence)) : null,
      paragraph.length ? element("p", { class: "with" }, "same paragraph: ", ...names(paragraph)) : null,
    ];
  }

  function personRow(group, model) {
    return element("li", {},
      chooser(group.mentions[0],
        element("span", { class: "name" }, element("bdi", {}, shorten(group.name, 80))), times(group.mentions.length)),
      ...placesWith(group.mentions, model));
  }

  /** The places named with a person or an organisation, for its card. */
  function around(mention, model) {
    const group = [...model.people, ...model.organisations].find((one) => one.mentions.includes(mention));
    return group ? placesWith(group.mentions, model) : [];
  }

  /** What the document is about, as the tagger weighs it. */
  function focusLine(model) {
    const about = (model.annotation.focus || []).map((one) => model.places.find((place) => place.place.id === one.id)).filter(Boolean).slice(0, 3);
    if (!about.length) return null;
    const parts = about.map((place) => inlineName(place));
    return element("p", { class: "about" }, "About: ", ...parts.flatMap((part, index) => (index ? [", ", part] : [part])));
  }

  function inlineName(place) {
    const button = element("button", { type: "button", class: "inline" }, element("bdi", {}, shorten(place.name, 40)));
    button.addEventListener("click", () => choose(place.mentions[0], { scroll: true }));
    return button;
  }

  function relationRow(relation) {
    const { place } = relation;
    const anchors = relation.anchors.map((anchor) => anchor.text).join(" and ");
    const phrase = relation.text || "";
    const words = phrase.includes(anchors) ? phrase : phrase + " " + anchors;
    const target = relation.target || relation.anchors[0];
    const says = [];
    if (place) says.push("± " + base.formatKm(place.uncertainty_km), coordinates.decimals(place.lat, place.lon, 3));
    else says.push("not placed");
    const inside = [
      element("span", { class: "name worked-out" }, element("bdi", {}, shorten(relation.target ? relation.target.text : words, 80))),
      element("span", { class: "number" }),
      element("span", { class: "under" }, element("bdi", {}, shorten([relation.target ? words : null, ...says].filter(Boolean).join(" · "), 120))),
    ];
    if (!target) return element("li", {}, element("span", { class: "row-like" }, ...inside));
    const button = chooser(target, ...inside);
    if (place) button.addEventListener("click", () => atlas.goTo({ ...place, feature: null }));
    return element("li", {}, button);
  }

  const mostRows = 150;
  /** A list with its title; of very many rows the first, and the others when they are asked for. */
  function section(title, items, rowOf, empty) {
    if (!items.length && !empty) return null;
    const list = element("ol", { class: "brief" }, ...items.slice(0, mostRows).map(rowOf));
    let more = null;
    if (items.length > mostRows) {
      more = element("button", { type: "button", class: "plain" }, "Show " + base.formatNumber(items.length - mostRows) + " more");
      more.addEventListener("click", () => {
        list.append(...items.slice(mostRows).map(rowOf));
        more.remove();
      });
    }
    return element("section", { class: "list" },
      element("h2", {}, title, items.length ? element("span", { class: "quiet" }, " " + base.formatNumber(items.length)) : null),
      items.length ? list : element("p", { class: "quiet" }, empty), more);
  }

  /** Words of relations that say the same twice are told once. */
  function distinct(relations) {
    const seen = new Set();
    return relations.filter((relation) => {
      const key = [relation.text, relation.target && relation.target.text, ...relation.anchors.map((anchor) => anchor.text)].join("|");
      return seen.has(key) ? false : seen.add(key);
    });
  }

  const byMentions = (a, b) => b.mentions.length - a.mentions.length || a.mentions[0].start - b.mentions[0].start;

  function write(container, areaPanel, areaList, model) {
    const dots = model.places.filter((place) => !place.isArea).sort(byMentions);
    const areas = model.places.filter((place) => place.isArea).sort(byMentions);
    const unplaced = new Map();
    for (const mention of model.mentions) {
      if (mention.label === "LOC" && !mention.place && !unplaced.has(mention.text)) unplaced.set(mention.text, mention);
    }
    const unplacedRow = (mention) =>
      element("li", {}, chooser(mention, element("span", { class: "name" }, element("bdi", {}, shorten(mention.text, 60)))));
    const parts = [
      focusLine(model),
      section("Places", dots, placeRow, areas.length ? null : "The text names no place that the gazetteer has."),
      section("People", model.people, (group) => personRow(group, model)),
      section("Organisations", model.organisations, (group) => personRow(group, model)),
      section("Worked out from words", distinct(model.relations), relationRow),
      section("Not placed", [...unplaced.values()], unplacedRow),
    ];
    container.replaceChildren(...parts.filter(Boolean));
    if (areaPanel.hidden && areas.length) areaPanel.open = areas.length <= 5 && window.innerWidth > 900;
    areaPanel.hidden = !areas.length;
    areaPanel.querySelector("summary").replaceChildren("Areas ", element("span", { class: "quiet" }, String(areas.length)));
    areaList.replaceChildren(...areas.slice(0, mostRows).map((group) => element("li", {}, chooser(group.mentions[0],
      element("span", { class: "name", title: group.official }, element("bdi", {}, shorten(group.name, 40))), times(group.mentions.length)))));
  }

  /** Marks the rows of the chosen name. */
  function highlight(same) {
    const indexes = new Set(same.map((mention) => String(mention.index)));
    for (const button of document.querySelectorAll("#lists button[data-mention], #area-list button[data-mention]")) {
      if (indexes.has(button.dataset.mention)) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  }

  return { write, around, highlight, setUp: (onChoose) => (choose = onChoose) };
})();
