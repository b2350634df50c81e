// The map of a corpus: places on a map and in a list, what was said of each, and how both change with time,
// label and confidence. All counts are sums over the mentions that the filters let through.
(function () {
  "use strict";

  const { element, formatNumber, formatShort, plural, shorten } = base;
  const byId = (id) => document.getElementById(id);

  const data = base.readBlock("data");
  const { documents, sentences, places, links, fields } = data;

  // Fields of the rows, in the order they are written in.
  const NAME = 0, LATITUDE = 1, LONGITUDE = 2, COUNTRY = 3, CELL = 4, FEATURE = 5, DIVISION = 6, POPULATION = 7,
    IDENTIFIER = 8, UNCERTAINTY = 9, RADIUS = 10;
  const M_PLACE = 0, M_DOCUMENT = 1, M_SENTENCE = 2, M_START = 3, M_END = 4, M_LABEL = 5, M_CONFIDENCE = 6,
    M_METHOD = 7, M_SURFACE = 8;

  // ----------------------------------------------------------------------------------------------------- mentions

  // The mentions by column, since every movement of a slider goes over all of them.
  const mentionCount = data.mentions.length;
  const mentionPlace = new Int32Array(mentionCount);
  const mentionDocument = new Int32Array(mentionCount);
  const mentionSentence = new Int32Array(mentionCount); // -1 without one
  const mentionLabel = new Uint8Array(mentionCount);
  const mentionConfidence = new Float32Array(mentionCount); // in percent, like the slider

  const undated = -1e9;
  const documentDay = new Int32Array(documents.length);
  documents.forEach((one, index) => (documentDay[index] = base.dayOf(one.date) ?? undated));

  const relativeMethod = data.methods.indexOf("relative");
  const mentionsOfPlace = places.map(() => []);
  const workedOut = new Uint8Array(places.length);
  const usedLabels = new Set();
  let firstDay = Infinity, lastDay = -Infinity, largestTotal = 1;
  data.mentions.forEach((mention, index) => {
    const place = (mentionPlace[index] = mention[M_PLACE]);
    mentionDocument[index] = mention[M_DOCUMENT];
    mentionSentence[index] = mention[M_SENTENCE];
    mentionLabel[index] = mention[M_LABEL];
    mentionConfidence[index] = Math.round(mention[M_CONFIDENCE] * 1000) / 10;
    usedLabels.add(mention[M_LABEL]);
    const all = mentionsOfPlace[place];
    // A place is only worked out from words if no mention of it was found in another way.
    workedOut[place] = mention[M_METHOD] === relativeMethod && (all.length === 0 || workedOut[place]) ? 1 : 0;
    largestTotal = Math.max(largestTotal, all.push(index));
    const day = documentDay[mention[M_DOCUMENT]];
    if (day !== undated) {
      firstDay = Math.min(firstDay, day);
      lastDay = Math.max(lastDay, day);
    }
  });

  const isArea = places.map((row) => base.isArea(row[FEATURE]));

  // --------------------------------------------------------------------------------------------------------- state

  const everything = -2, nothing = -1;
  const state = {
    from: -Infinity,
    to: Infinity,
    undated: true,
    labels: data.labels.map(() => true),
    confidence: 0,
    query: "",
    sentences: null, // Of each sentence whether it has the words that were searched for; null without any.
    fields: fields.map(() => everything), // Of each field of the documents, the index of the value that is wanted.
    colour: nothing, // The field that places are coloured by.
  };

  /** What the filters let through, counted anew by `count`. */
  const shown = {
    mentions: 0,
    documents: 0,
    places: new Uint32Array(places.length),
    documentShown: new Uint8Array(documents.length),
    values: new Int32Array(places.length), // Of the field that places are coloured by.
    histogram: new Uint32Array(0),
  };

  const timeFits = (day) => (day === undated ? state.undated : day >= state.from && day <= state.to);
  const documentFits = (article) =>
    fields.every(({ of }, field) => state.fields[field] === everything || of[article] === state.fields[field]);
  const mentionFits = (index) =>
    (!state.sentences || state.sentences[mentionSentence[index]] === 1) && state.labels[mentionLabel[index]] && mentionConfidence[index] >= state.confidence && documentFits(mentionDocument[index]);

  function count() {
    shown.places.fill(0);
    shown.histogram.fill(0);
    shown.documentShown.fill(0);
    shown.mentions = 0;
    shown.documents = 0;
    const tally = state.colour === nothing ? null : places.map(() => new Map());
    for (let index = 0; index < mentionCount; index++) {
      if (!mentionFits(index)) continue;
      const article = mentionDocument[index], day = documentDay[article];
      if (day !== undated && shown.histogram.length) shown.histogram[binOf(day)]++;
      if (!timeFits(day)) continue;
      shown.mentions++;
      shown.places[mentionPlace[index]]++;
      if (tally) {
        const value = fields[state.colour].of[article], values = tally[mentionPlace[index]];
        values.set(value, (values.get(value) || 0) + 1);
      }
      if (!shown.documentShown[article]) {
        shown.documentShown[article] = 1;
        shown.documents++;
      }
    }
    // The value that most mentions have, and of equal ones the first of the list.
    if (tally) tally.forEach((values, place) => {
      const most = [...values].sort(([one, ones], [other, others]) => others - ones || one - other);
      shown.values[place] = most.length ? most[0][0] : nothing;
    });
  }

  // ---------------------------------------------------------------------------------------------------- the map

  const world = globe.readWorld(base.readBlock("world"), base.readBytes("lines"));
  const basemap = base.readBlock("basemap");
  const tilesCredit = basemap ? [{ text: basemap.attribution, url: null }] : [];
  const { map, worldLayer } = globe.createMap(byId("map"), world, basemap);
  const measure = tools.setUpMeasure(map, { button: byId("measure"), hint: byId("map-mode"), container: byId("map") });

  const positionOf = (place) => [places[place][LATITUDE], places[place][LONGITUDE]];

  // The area of a marker grows with its mentions; the largest of the corpus stays small enough to see past it.
  const areaOfMention = Math.min(14, (22 * 22 - 16) / largestTotal);
  const radiusOf = (place, mentions) => Math.max(workedOut[place] ? 6 : 4, Math.sqrt(16 + areaOfMention * mentions));

  // Colours that are told apart whatever one sees of them (Okabe and Ito), on light and on dark land; all else is grey.
  const palette = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#b5a800"], others = "#8a8a8a";
  const colourOf = (value) => (value === nothing ? others : palette[value] || others);

  function markerStyle(place) {
    const ink = state.colour !== nothing ? colourOf(shown.values[place])
      : base.colour(workedOut[place] ? "worked-out" : "accent");
    return workedOut[place]
      ? { color: ink, weight: 2, opacity: 1, dashArray: "3.5 2.5", fillColor: base.colour("land"), fillOpacity: 0.75 }
      : { color: base.colour("marker-edge"), weight: 1, opacity: 1, dashArray: null, fillColor: ink, fillOpacity: 0.82 };
  }

  const ClusterIcon = L.DivIcon.extend({
    createIcon(old) {
      const icon = L.DivIcon.prototype.createIcon.call(this, old);
      // The list says the same in words and in order.
      icon.setAttribute("aria-hidden", "true");
      if (this.options.colour) icon.style.background = this.options.colour;
      return icon;
    },
  });
  L.MarkerCluster.mergeOptions({ keyboard: false });

  /** The colour of the value that most mentions of a cluster have, where places are coloured by one. */
  function colourOfCluster(cluster) {
    if (state.colour === nothing) return null;
    const sums = new Map();
    for (const { place } of cluster.getAllChildMarkers()) sums.set(shown.values[place], (sums.get(shown.values[place]) || 0) + shown.places[place]);
    return colourOf([...sums].sort(([one, ones], [other, others]) => others - ones || one - other)[0][0]);
  }

  const clusterSum = (cluster) =>
    cluster.getAllChildMarkers().reduce((sum, marker) => sum + shown.places[marker.place], 0);

  const clusters = L.markerClusterGroup({
    maxClusterRadius: (zoom) => (zoom < 4 ? 52 : 44),
    showCoverageOnHover: false,
    animate: !base.stillSystem.matches,
    spiderLegPolylineOptions: { weight: 1, color: "#888", opacity: 0.8 },
    iconCreateFunction(cluster) {
      const sum = clusterSum(cluster);
      const size = (cluster.width = Math.round(Math.min(50, 20 + 2.6 * Math.log2(1 + sum / 4))));
      return new ClusterIcon({
        html: element("span", {}, formatShort(sum)),
        className: sum ? "cluster" : "cluster none",
        iconSize: [size, size],
        colour: colourOfCluster(cluster),
      });
    },
  });

  const markers = places.map((row, place) => {
    const marker = L.circleMarker([row[LATITUDE], row[LONGITUDE]], { ...markerStyle(place), radius: 4 });
    marker.place = place;
    return marker;
  });

  clusters.on("click", (event) => {
    if (!globe.isAsking()) choose(event.propagatedFrom.place, { move: false });
  });
  const hoverTip = L.tooltip({ direction: "top", offset: [0, -6] });
  clusters.on("mouseover", (event) => {
    const place = event.propagatedFrom.place;
    if (place === undefined) return;
    hoverTip.setContent(
      element("span", {}, element("bdi", {}, shorten(places[place][NAME], 60)), " · " + formatNumber(shown.places[place])),
    );
    map.openTooltip(hoverTip.setLatLng(event.propagatedFrom.getLatLng()));
  });
  clusters.on("clustermouseover", (event) => {
    const inside = event.propagatedFrom.getAllChildMarkers().map((marker) => marker.place)
      .filter((place) => shown.places[place])
      .sort((a, b) => shown.places[b] - shown.places[a]);
    const nodes = inside.slice(0, 3).flatMap((place, index) =>
      [index ? ", " : "", element("bdi", {}, shorten(places[place][NAME], 30))]);
    if (inside.length > 3) nodes.push(" and " + formatNumber(inside.length - 3) + " more");
    hoverTip.setContent(element("span", {}, ...nodes));
    map.openTooltip(hoverTip.setLatLng(event.propagatedFrom.getLatLng()));
  });
  clusters.on("mouseout clustermouseout clusterclick", () => map.closeTooltip(hoverTip));

  const clusterLayers = () => clusters._featureGroup.getLayers();
  const names = new globe.NameLayer(worldLayer, () => {
    const singles = map.hasLayer(clusters) ? clusterLayers() : [];
    return {
      names: singles
        .filter((layer) => layer.place !== undefined && shown.places[layer.place])
        .map((layer) => ({
          latlng: layer.getLatLng(),
          text: places[layer.place][NAME],
          radius: layer.getRadius(),
          weight: shown.places[layer.place],
            })),
      obstacles: [
        ...singles.map((layer) => ({
          latlng: layer.getLatLng(),
          radius: layer.place === undefined ? layer.width / 2 : layer.getRadius(),
        })),
        ...relativeLayer.points().map((point) => ({ latlng: point, radius: 6 })),
      ],
    };
  });

  const townLayer = new towns.TownLayer(towns.ofRows(data.towns), () =>
    (map.hasLayer(clusters) ? clusterLayers() : []).map((layer) => ({ lat: layer.getLatLng().lat, lon: layer.getLatLng().lng })), names);

  // Until markers have moved into their cluster, they are still there to be named.
  clusters.on("animationend", () => names.drawSoon());

  let clustered = [];
  /** Puts the places that are shown into clusters anew. */
  function rebuildClusters() {
    if (!map.hasLayer(clusters)) return; // A group that isn't on the map looks for each new marker among all others.
    // A dot would misplace an area, and hide what lies in its middle.
    const wanted = markers.filter((marker) => shown.places[marker.place] && !isArea[marker.place]);
    for (const marker of wanted) marker.setStyle({ ...markerStyle(marker.place) });
    if (wanted.length === clustered.length && wanted.every((marker, index) => marker === clustered[index])) {
      clusters.refreshClusters();
      return;
    }
    clusters.clearLayers();
    clusters.addLayers(wanted);
    clustered = wanted;
  }

  /** Brings the markers and clusters that are there up to date without clustering anew. */
  function refreshMarkers() {
    for (const marker of markers) {
      const mentions = shown.places[marker.place];
      marker.setRadius(radiusOf(marker.place, mentions));
      if (marker._map) marker.setStyle(mentions ? markerStyle(marker.place) : { opacity: 0, fillOpacity: 0 });
    }
    // Only the clusters in view; `rebuildClusters` sees to all the others once the slider rests.
    if (map.hasLayer(clusters)) for (const layer of clusterLayers()) if (layer.place === undefined) layer._updateIcon();
    names.drawSoon();
  }

  // ------------------------------------------------------------------------------------------- choosing a place

  let chosen = null;
  const ring = L.circleMarker([0, 0], { interactive: false, fill: false, weight: 3 });
  const areaOf = (place) => {
    const row = places[place];
    return { lat: row[LATITUDE], lon: row[LONGITUDE], feature: row[FEATURE], radius: row[RADIUS] };
  };
  const shade = new globe.AreaShade(map, worldLayer); // Of a chosen area, whether or not the layer of areas has it.

  function whereIs(place) {
    const row = places[place];
    const country = row[COUNTRY] >= 0 ? data.countries[row[COUNTRY]][0] : null;
    return [row[DIVISION], base.isCountry(row[FEATURE]) ? null : country].filter((part) => part && part !== row[NAME]);
  }

  /** One sentence of a place may name it more than once: mentions that belong together, in the order of the data. */
  function sentencesOf(place) {
    const groups = new Map();
    for (const index of mentionsOfPlace[place]) {
      if (!mentionFits(index) || !timeFits(documentDay[mentionDocument[index]])) continue;
      const mention = data.mentions[index];
      const key = mention[M_SENTENCE] < 0 ? "mention " + index : mention[M_DOCUMENT] + " " + mention[M_SENTENCE];
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(mention);
    }
    return [...groups.values()];
  }

  function sentenceItem(mentions) {
    const [first] = mentions;
    const text = sentences[first[M_SENTENCE]];
    const paragraph = text === undefined
      ? element("p", { class: "sentence", dir: "auto" }, element("mark", {}, shorten(first[M_SURFACE], 400)))
      : base.markedSentence(text, mentions.map((mention) => [mention[M_START], mention[M_END]]));
    const confidence = Math.max(...mentions.map((mention) => mention[M_CONFIDENCE]));
    const method = data.methods[first[M_METHOD]];
    const label = data.labels[first[M_LABEL]];
    return element("li", {},
      paragraph,
      element("p", { class: "source" },
        ...base.documentLine(documents[first[M_DOCUMENT]]),
        element("span", { class: "quiet" },
          " · " + (label === "LOC" ? "" : label + ", ") + (base.methodWords[method] || method) +
          ", confidence " + confidence.toFixed(2)),
      ),
    );
  }

  function placeCard(place) {
    const row = places[place], groups = sentencesOf(place);
    const kind = base.kindOfPlace(row[FEATURE]);
    const described = [...whereIs(place).map((part) => element("bdi", {}, shorten(part, 80)))];
    if (kind) described.push(element("span", {}, kind));
    const articles = new Set(groups.map(([first]) => first[M_DOCUMENT])).size;
    const facts = [];
    if (row[POPULATION]) facts.push("population " + formatNumber(row[POPULATION]));
    facts.push(Math.abs(row[LATITUDE]).toFixed(3) + "° " + (row[LATITUDE] < 0 ? "S" : "N") + ", " +
      Math.abs(row[LONGITUDE]).toFixed(3) + "° " + (row[LONGITUDE] < 0 ? "W" : "E"));
    const list = element("ol", { class: "sentences" });
    const more = element("button", { type: "button", class: "plain" });
    let written = 0;
    const write = (number) => {
      const first = written;
      const items = groups.slice(written, written + number).map(sentenceItem);
      written += items.length;
      list.append(...items);
      more.hidden = written >= groups.length;
      more.textContent = "Show " + formatNumber(Math.min(20, groups.length - written)) + " more of " +
        formatNumber(groups.length - written);
      if (first) items[0].setAttribute("tabindex", "-1"), items[0].focus({ preventScroll: true });
    };
    more.addEventListener("click", () => write(20));
    write(20);
    return element("div", { class: "card", tabindex: "-1", role: "dialog", "aria-label": shorten(row[NAME], 80) },
      element("h2", { dir: "auto" }, row[NAME]),
      described.length ? element("p", { class: "where" }, ...base.separated(described)) : null,
      element("p", { class: "quiet" }, facts.join(" · ")),
      workedOut[place]
        ? element("p", { class: "estimate" },
            "Position only worked out from words of the text" +
            (row[UNCERTAINTY] > 0 ? ", ± " + base.formatKm(row[UNCERTAINTY]) : "") + ".")
        : null,
      element("p", { class: "numbers" },
        plural(shown.places[place], "mention") + " in " + plural(articles, "document")),
      list,
      more,
    );
  }

  /** Opens a pop-up beside the panel of layers, which covers the map's left edge while it is open. */
  function openPopup(latlng, content, { onClose = null, zoom = null } = {}) {
    return globe.openPopup(map, latlng, content, { onClose, zoom, left: Math.max(16, coveredAtLeft()) });
  }
  function coveredAtLeft() {
    const panel = byId("layers");
    return panel.open && map.getSize().x > 700 ? panel.offsetWidth + 24 : 0;
  }
  // On a narrow map there is room for one of the two.
  map.on("popupopen", () => byId("map").parentElement.classList.add("has-pop-up"));
  map.on("popupclose", () => byId("map").parentElement.classList.remove("has-pop-up"));

  /** Opens the pop-up of a place; Escape or its button closes it and gives the focus back to who asked. */
  function choose(place, { move = true, asker = null } = {}) {
    const position = L.latLng(positionOf(place));
    closeChosen();
    // On a narrow screen the list lies below the map.
    const stage = byId("map").parentElement, { top, bottom } = stage.getBoundingClientRect();
    if (top < 0 || bottom > window.innerHeight) {
      stage.scrollIntoView({ block: "start", behavior: base.stillSystem.matches ? "auto" : "smooth" });
    }
    map.closeTooltip(hoverTip);
    if (isArea[place]) shade.show(position, places[place][FEATURE], places[place][RADIUS]);
    else ring.setLatLng(position).setRadius(radiusOf(place, shown.places[place]) + 4).setStyle({ color: base.colour("focus") }).addTo(map);
    const card = placeCard(place);
    if (move && isArea[place]) globe.fitToAreas(map, world, [areaOf(place)]);
    const popup = openPopup(position, card, {
      zoom: move && !isArea[place] ? Math.max(map.getZoom(), globe.zoomOfPlace(places[place][FEATURE])) : null,
      onClose: () => {
        if (!chosen || chosen.popup !== popup) return;
        const { asker: back } = chosen;
        chosen = null;
        unmark();
        markChosen();
        if (back && document.contains(back) && popup.hadFocus) back.focus();
      },
    });
    chosen = { place, popup, asker };
    markChosen();
    card.addEventListener("focusin", () => (popup.hadFocus = true));
    if (asker) card.focus({ preventScroll: true });
  }

  function closeChosen() {
    if (!chosen) return;
    const { popup } = chosen;
    chosen = null;
    popup.remove();
    unmark();
    markChosen();
  }

  function unmark() {
    ring.remove();
    shade.hide();
  }

  function markChosen() {
    for (const button of byId("list").querySelectorAll("button[aria-current]")) button.removeAttribute("aria-current");
    if (!chosen) return;
    const button = byId("list").querySelector('button[data-place="' + chosen.place + '"]');
    if (button) button.setAttribute("aria-current", "true");
  }

  /** The pop-up follows the filters. */
  function refreshChosen() {
    if (!chosen) return;
    if (!shown.places[chosen.place]) {
      map.closePopup(chosen.popup);
      return;
    }
    chosen.popup.setContent(placeCard(chosen.place));
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (measure.escape()) event.preventDefault();
    else if (map._popup && map._popup.isOpen()) {
      event.preventDefault();
      map.closePopup();
    }
  });

  // --------------------------------------------------------------------------------------------------- the list

  const rowsAtATime = Math.max(30, Math.ceil(window.innerHeight / 30));
  let order = [], written = 0;
  const foldedNames = [];

  // What articles call each place: readers look for Hodeidah, the gazetteer has Al Ḩudaydah.
  const spellings = places.map(() => new Set());
  for (const mention of data.mentions) {
    const found = spellings[mention[0]];
    if (found.size < 20) found.add(mention[8].slice(0, 100));
  }

  /** Name, spellings, division and country of a place in the form the filter box compares. */
  function foldedName(place) {
    return (foldedNames[place] ??= base.fold([places[place][NAME].slice(0, 300), ...spellings[place], ...whereIs(place)].join(" ")));
  }

  function listItem(place, position) {
    const row = places[place], kind = base.kindOfPlace(row[FEATURE]);
    const where = whereIs(place);
    const mentions = shown.places[place];
    const under = workedOut[place] ? ["worked out from words"] : kind ? [kind] : [];
    return element("li", { "aria-setsize": order.length, "aria-posinset": position + 1 },
      element("button", { type: "button", "data-place": place, class: workedOut[place] ? "worked-out" : null,
        "aria-current": chosen && chosen.place === place ? "true" : null },
        element("span", { class: "name" }, element("bdi", {}, shorten(row[NAME], 60))),
        element("span", { class: "number" }, formatNumber(mentions), element("span", { class: "unseen" }, " mentions")),
        element("span", { class: "under" }, shorten([where.join(", "), ...under].filter(Boolean).join(" · "), 70)),
      ),
    );
  }

  function writeRows(number) {
    const rows = order.slice(written, written + number).map((place, index) => listItem(place, written + index));
    written += rows.length;
    byId("list").append(...rows);
  }

  function writeList() {
    const words = base.fold(state.query).split(/\s+/).filter(Boolean);
    order = [];
    for (let place = 0; place < places.length; place++) {
      if (!shown.places[place]) continue;
      if (words.length && !words.every((word) => foldedName(place).includes(word))) continue;
      order.push(place);
    }
    order.sort((a, b) => shown.places[b] - shown.places[a] || a - b);
    const list = byId("list");
    list.replaceChildren();
    list.scrollTop = 0;
    written = 0;
    writeRows(rowsAtATime);
    announce();
  }

  // A screen reader would stumble over a count for every movement of a slider.
  let announcing = 0;
  function announce() {
    clearTimeout(announcing);
    const mentions = order.reduce((sum, place) => sum + shown.places[place], 0);
    const text = !order.length ? "No places"
      : plural(order.length, "place") + (state.query ? " found, " : ", ") + plural(mentions, "mention");
    announcing = setTimeout(() => (byId("found").textContent = text), byId("found").textContent ? 250 : 0);
  }

  function setUpList() {
    const list = byId("list");
    const fill = () => {
      if (written < order.length && list.scrollTop + list.clientHeight > list.scrollHeight - 600) writeRows(rowsAtATime);
    };
    list.addEventListener("scroll", fill, { passive: true });
    // On a narrow screen the page scrolls and not the list.
    new IntersectionObserver((entries) => {
      const ends = entries.some((entry) => entry.isIntersecting);
      if (ends && written < order.length && list.scrollHeight === list.clientHeight) writeRows(rowsAtATime);
    }, { rootMargin: "400px" }).observe(byId("list-end"));
    list.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-place]");
      if (button) choose(Number(button.dataset.place), { asker: button });
    });
    list.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const item = step && event.target.closest("li");
      if (!item) return;
      if (step > 0 && !item.nextElementSibling) writeRows(rowsAtATime);
      const next = step > 0 ? item.nextElementSibling : item.previousElementSibling;
      event.preventDefault();
      if (next) next.querySelector("button").focus();
      else if (step < 0) byId("filter").focus();
    });
    byId("filter").addEventListener("input", (event) => {
      state.query = event.target.value;
      writeList();
    });
    byId("search").addEventListener("input", (event) => searchSentences(event.target.value));
    byId("search").hidden = !sentences.length;
    byId("filter").addEventListener("keydown", (event) => {
      const first = list.querySelector("button");
      if (event.key === "ArrowDown" && first) {
        event.preventDefault();
        first.focus();
      }
    });
  }

  const foldedSentences = [];
  /** Looks for sentences with all of some words, so that only their mentions are shown. */
  function searchSentences(query) {
    const words = base.fold(query).split(/\s+/).filter(Boolean);
    state.sentences = null;
    if (words.length) {
      state.sentences = new Uint8Array(sentences.length);
      sentences.forEach((sentence, index) => {
        const folded = (foldedSentences[index] ??= base.fold(sentence));
        if (words.every((word) => folded.includes(word))) state.sentences[index] = 1;
      });
    }
    updateSoon();
  }

  // ------------------------------------------------------------------------------------------------- the filters

  /**
   * The days of the time axis. One old document among many new ones would squeeze all of these into one bar, so
   * outliers lie beyond an open end: days farther from the middle half of the mentions than three times its length
   * and than a month, a tenth of the mentions at most on each side, and only where they would take up more of the
   * axis than all the others. `least` and `most` are the ends of the slider, those of open ends included.
   */
  function timeAxis() {
    const days = Array.from(mentionDocument, (index) => documentDay[index]).filter((day) => day !== undated)
      .sort((a, b) => a - b);
    const at = (share) => days[Math.round(share * (days.length - 1))];
    const far = Math.max(30, 3 * (at(0.75) - at(0.25)));
    let start = days.find((day) => day >= Math.min(at(0.1), at(0.25) - far));
    let end = days.filter((day) => day <= Math.max(at(0.9), at(0.75) + far)).pop();
    const length = end - start;
    if (start - firstDay <= length) start = firstDay;
    if (lastDay - end <= length) end = lastDay;
    const room = Math.max(1, Math.round((end - start) / 30));
    const before = start > firstDay, after = end < lastDay;
    return { start, end, before, after, least: before ? start - room : start, most: after ? end + room : end };
  }

  let axis = null, binDays = 1;
  const bars = [];

  /** The bar of a day; the first and the last are those of open ends. */
  function binOf(day) {
    if (day < axis.start) return 0;
    return day > axis.end ? bars.length - 1 : Math.floor((day - axis.start) / binDays) + (axis.before ? 1 : 0);
  }

  /** Where on the slider a day is, or what lies beyond an open end. */
  const valueOf = (day) => (day < axis.start ? axis.least : day > axis.end ? axis.most : day);

  /** The first or last day that a handle stands for at a value of the slider, where it was at `former` before. */
  function dayAt(value, former, isFrom) {
    const { start, end, least, most } = axis;
    // Between the axis and an open end there is nothing: a key goes on to the other side, the pointer to the nearer.
    const isBeyond = (edge, limit) =>
      Math.abs(value - former) === 1 ? former === edge : Math.abs(value - limit) < Math.abs(value - edge);
    if (value < start) return isBeyond(start, least) ? (isFrom ? -Infinity : start - 1) : start;
    if (value > end) return isBeyond(end, most) ? (isFrom ? end + 1 : Infinity) : end;
    return value;
  }

  /**
   * Days with their words to stand below the axis: firsts of years or months, or days, a round number of them apart
   * and few enough to be read.
   */
  function timeMarks(number) {
    const { start, end } = axis, dayOf = (...date) => Math.round(Date.UTC(...date) / 86400000);
    const first = new Date(start * 86400000), year = first.getUTCFullYear();
    const ways = [
      [[1, 2, 7, 14], (step, index) => (Math.ceil(start / step) + index) * step],
      [[1, 2, 3, 6], (step, index) => dayOf(year, (Math.ceil(first.getUTCMonth() / step) + index) * step)],
      [[1, 2, 5, 10, 20, 50, 100, 200, 500], (step, index) => dayOf((Math.ceil(year / step) + index) * step, 0)],
    ];
    for (const [unit, [steps, dayOfIndex]] of ways.entries()) {
      for (const step of steps) {
        const days = Array.from({ length: number + 2 }, (_, index) => dayOfIndex(step, index))
          .filter((day) => day >= start && day <= end);
        if (days.length > number) continue;
        return days.map((day, index) => [day, base.formatDayBriefly(day, unit, index === 0)]);
      }
    }
    return [];
  }

  /** Writes the marks below the axis anew for its width, and at open ends what lies there. */
  function writeTimeMarks() {
    const marks = byId("time-marks"), width = marks.clientWidth;
    const { start, end, before, after, least, most } = axis;
    const yearOf = (day) => new Date(day * 86400000).getUTCFullYear();
    const mark = (day, text, kind) => {
      const node = element("span", { class: kind }, text);
      node.style.left = (100 * (day - least)) / (most - least || 1) + "%";
      return node;
    };
    const pixels = (days) => (width * days) / (most - least || 1);
    // Half the width of a mark, so that it keeps clear of those at open ends.
    const half = 45;
    const nodes = timeMarks(Math.max(2, Math.floor(width / (2 * half))))
      .filter(([day]) => !(before && pixels(day - least) < 2 * half) && !(after && pixels(most - day) < 2 * half))
      .map(([day, text]) => mark(day, text, pixels(day - least) < half / 2 ? "first" : pixels(most - day) < half / 2 ? "last" : "middle"));
    if (before) nodes.unshift(mark(least, yearOf(firstDay) < yearOf(start) ? yearOf(firstDay) + " …" : "earlier", "first"));
    if (after) nodes.push(mark(most, yearOf(lastDay) > yearOf(end) ? "… " + yearOf(lastDay) : "later", "last"));
    marks.replaceChildren(...nodes);
  }

  function setUpTime() {
    if (!(lastDay > firstDay)) return;
    axis = timeAxis();
    const { start, end, before, after, least, most } = axis;
    binDays = Math.max(1, Math.ceil((end - start + 1) / 100));
    const histogram = byId("histogram");
    histogram.setAttribute("viewBox", least + " 0 " + Math.max(1, most - least) + " 100");
    // A bar stands over the middle of its days; few days get no broader ones than many.
    const width = Math.min(0.8 * binDays, (most - least) / 40);
    const addBar = (middle, kind) => {
      const bar = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      bar.setAttribute("x", middle - width / 2);
      bar.setAttribute("width", width);
      histogram.append(bar);
      bars.push({ bar, kind, mentions: -1, highest: 0, side: "" });
    };
    if (before) addBar(least, "beyond");
    for (let day = start; day <= end; day += binDays) addBar(day + (binDays - 1) / 2, "");
    if (after) addBar(most, "beyond");
    shown.histogram = new Uint32Array(bars.length);
    for (const id of ["time-from", "time-to"]) {
      const input = byId(id), isFrom = id === "time-from";
      Object.assign(input, { min: least, max: most, step: 1 });
      input.addEventListener("input", () => {
        const day = dayAt(Number(input.value), valueOf(isFrom ? state.from : state.to), isFrom);
        // A handle stops at the other one.
        if (isFrom) state.from = Math.min(day, state.to);
        else state.to = Math.max(day, state.from);
        updateSoon();
      });
    }
    byId("time-all").addEventListener("click", () => {
      state.from = -Infinity;
      state.to = Infinity;
      byId("time-from").focus();
      updateSoon();
    });
    const mentionsUndated = mentionDocument.reduce((sum, index) => sum + (documentDay[index] === undated), 0);
    if (mentionsUndated) {
      byId("undated-line").hidden = false;
      byId("undated-text").textContent = "Undated documents (" + plural(mentionsUndated, "mention") + ")";
      byId("undated").addEventListener("change", (event) => {
        state.undated = event.target.checked;
        updateSoon();
      });
    }
    byId("time").hidden = false;
    writeTimeMarks();
    new ResizeObserver(writeTimeMarks).observe(byId("time-marks"));
  }

  function writeTime() {
    if (!axis) return;
    const { start, end, before, after, least, most } = axis;
    const [valueFrom, valueTo] = [valueOf(state.from), valueOf(state.to)];
    const highest = shown.histogram.reduce((one, other) => Math.max(one, other), 1);
    bars.forEach((one, bin) => {
      const { bar } = one, mentions = shown.histogram[bin];
      const first = start + (bin - (before ? 1 : 0)) * binDays;
      const isIn = first < start ? valueFrom === least : first > end ? valueTo === most
        : first + binDays > state.from && first <= state.to;
      const side = (isIn ? "in" : "out") + " " + one.kind;
      if (one.mentions !== mentions || one.highest !== highest) {
        const height = mentions && Math.max(2, (100 * mentions) / highest);
        bar.setAttribute("y", 100 - height);
        bar.setAttribute("height", height);
      }
      if (one.side !== side) bar.setAttribute("class", side);
      Object.assign(one, { mentions, highest, side });
    });
    const from = base.formatDay(Math.max(state.from, firstDay)), to = base.formatDay(Math.min(state.to, lastDay));
    // What lies beyond an open end is said, since the axis doesn't show when it was.
    const early = before && valueFrom === least ? " before " + base.formatDay(start) : "";
    const late = after && valueTo === most ? " after " + base.formatDay(end) : "";
    const handles = [
      ["time-from", valueFrom, from + (early && ", all" + early)],
      ["time-to", valueTo, to + (late && ", all" + late)],
    ];
    for (const [id, value, text] of handles) {
      byId(id).value = value;
      byId(id).setAttribute("aria-valuetext", text);
    }
    // Where the handles meet, the one that still has a way to go lies on top.
    byId("time-from").style.zIndex = valueFrom > (least + most) / 2 ? 2 : 1;
    byId("time-span").textContent = from === to ? from : from + " – " + to;
    byId("time-beyond").textContent = [[early, shown.histogram[0]], [late, shown.histogram[bars.length - 1]]]
      .filter(([words]) => words).map(([words, mentions]) => plural(mentions, "mention") + words).join(", ");
    byId("time-all").hidden = state.from <= firstDay && state.to >= lastDay;
  }

  function setUpFilters() {
    if (usedLabels.size > 1) {
      const box = byId("labels");
      box.hidden = false;
      for (const label of [...usedLabels].sort((a, b) => a - b)) {
        const input = element("input", { type: "checkbox", checked: true, value: data.labels[label] });
        input.addEventListener("change", () => {
          state.labels[label] = input.checked;
          updateSoon();
        });
        box.append(element("label", {}, input, data.labels[label]));
      }
    }
    const lowest = mentionConfidence.reduce((one, other) => Math.min(one, other), 100);
    byId("confidence").min = Math.floor(lowest);
    byId("confidence").value = state.confidence = Math.floor(lowest);
    byId("confidence").addEventListener("input", (event) => {
      state.confidence = Number(event.target.value);
      updateSoon();
    });
  }

  /** A choice among the fields of the documents, or among the values of one. */
  function choice(label, options, onChange) {
    const select = element("select", {}, ...options.map(([value, text]) =>
      element("option", { value: String(value) }, shorten(text, 60))));
    select.addEventListener("change", () => onChange(Number(select.value)));
    return element("label", {}, label, select);
  }

  function setUpFields() {
    if (!fields.length) return;
    const box = byId("fields");
    box.hidden = false;
    fields.forEach(({ name, values, of }, field) => {
      const options = [[everything, "all"], ...values.map((value, index) => [index, value])];
      if (of.includes(nothing)) options.push([nothing, "none"]);
      box.append(choice(shorten(name, 40), options, (value) => {
        state.fields[field] = value;
        updateSoon();
      }));
    });
    byId("colours").hidden = false;
    byId("colours").append(choice("Colour by",
      [[nothing, "–"], ...fields.map(({ name }, field) => [field, name])], (field) => {
        state.colour = field;
        writeColours();
        updateSoon();
      }));
  }

  /** What the colours of places stand for. */
  function writeColours() {
    const key = byId("key-colours");
    key.hidden = state.colour === nothing;
    if (state.colour === nothing) return;
    const { values, of } = fields[state.colour];
    const told = values.slice(0, palette.length).map((value, index) => [colourOf(index), shorten(value, 40)]);
    if (values.length > palette.length || of.includes(nothing)) told.push([others, values.length > palette.length ? "others" : "none"]);
    key.replaceChildren(...told.map(([colour, text]) => {
      const swatch = element("span", { class: "swatch", "aria-hidden": "true" });
      swatch.style.background = colour;
      return element("span", {}, swatch, element("bdi", {}, text));
    }));
  }

  function writeFilters() {
    const text = (state.confidence / 100).toFixed(2);
    byId("confidence-value").textContent = text;
    byId("confidence").setAttribute("aria-valuetext", text);
    const narrows = state.confidence > Number(byId("confidence").min) || [...usedLabels].some((label) => !state.labels[label]) ||
      state.fields.some((value) => value !== everything);
    byId("filters-state").textContent = narrows ? " · in use" : "";
  }

  // -------------------------------------------------------------------------------------------------- the layers

  const classes = 5;
  /** Upper bounds of up to five classes of counts, growing by about the same factor. */
  function classBounds(largest) {
    if (largest <= classes) return Array.from({ length: Math.max(1, largest) }, (_, index) => index + 1);
    const bounds = [];
    for (let step = 1; step < classes; step++) {
      const raw = largest ** (step / classes), power = 10 ** Math.floor(Math.log10(raw));
      const round = raw < 10 ? Math.round(raw) : (Math.round((raw / power) * 2) / 2) * power;
      bounds.push(Math.max(round, (bounds[bounds.length - 1] || 0) + 1));
    }
    return [...bounds, largest];
  }
  const classOf = (bounds, value) => bounds.findIndex((bound) => value <= bound);
  // Few classes take the stronger colours, so that they are told from the land.
  const scaleColour = (bounds, value) => base.colour("scale-" + (classes - bounds.length + 1 + classOf(bounds, value)));

  function writeScale(key, bounds, what) {
    key.hidden = false;
    key.replaceChildren(
      ...bounds.map((bound, index) => {
        const low = index ? bounds[index - 1] + 1 : 1;
        return element("span", {},
          element("span", { class: "swatch scale-" + (classes - bounds.length + 1 + index), "aria-hidden": "true" }),
          low === bound ? formatShort(low) : formatShort(low) + "–" + formatShort(bound));
      }),
      element("span", { class: "quiet" }, what),
    );
  }

  function sumBy(field) {
    const sums = new Map();
    places.forEach((row, place) => {
      if (row[field] >= 0 && shown.places[place]) sums.set(row[field], (sums.get(row[field]) || 0) + shown.places[place]);
    });
    return sums;
  }

  /** The places of an area by falling number of mentions, as the lines of a card. */
  function areaCard(title, sum, field, value) {
    const inside = places.map((row, place) => place)
      .filter((place) => places[place][field] === value && shown.places[place])
      .sort((a, b) => shown.places[b] - shown.places[a]);
    const list = element("ul", { class: "brief" });
    for (const place of inside.slice(0, 12)) {
      const button = element("button", { type: "button" },
        element("span", { class: "name" }, element("bdi", {}, shorten(places[place][NAME], 60))),
        element("span", { class: "number" }, formatNumber(shown.places[place])));
      button.addEventListener("click", () => choose(place));
      list.append(element("li", {}, button));
    }
    return element("div", { class: "card" },
      element("h2", { dir: "auto" }, title),
      element("p", { class: "numbers" }, plural(sum, "mention") + " of " + plural(inside.length, "place")),
      list,
      inside.length > 12 ? element("p", { class: "quiet" }, "and " + plural(inside.length - 12, "more", "more")) : null);
  }

  // Layers that lie below the markers. `show` makes them anew for what the filters let through.
  const countryLayer = {
    on: false,
    sums: new Map(),
    match: null,
    /** Which country of the data each country of the world is; by name where it has no number. */
    matches() {
      if (this.match) return this.match;
      const byNumber = new Map(), byName = new Map();
      data.countries.forEach(([name, , number], index) => {
        if (number !== null) byNumber.set(String(number).padStart(3, "0"), index);
        byName.set(name, index);
      });
      this.match = new Map();
      for (const country of world.countries) {
        const index = country.number === null ? byName.get(country.name) : byNumber.get(country.number);
        if (index !== undefined) this.match.set(country, index);
      }
      return this.match;
    },
    fills: null,
    show() {
      this.sums = sumBy(COUNTRY);
      const bounds = classBounds(Math.max(0, ...this.sums.values()));
      this.fills = new Map();
      for (const [country, index] of this.matches()) {
        const sum = this.sums.get(index);
        if (sum) this.fills.set(country, scaleColour(bounds, sum));
      }
      colourCountries();
      names.drawSoon();
      writeScale(byId("key-countries"), this.sums.size ? bounds : [], this.sums.size ? "mentions" : "none");
    },
    hide() {
      this.fills = null;
      colourCountries();
      names.drawSoon();
      byId("key-countries").hidden = true;
    },
  };

  // Of more, nobody could tell one from the other: they are a list, until they are asked for.
  const fewAreas = 40, mostCircles = 60;
  /** Areas that texts name, as shades: countries are coloured, others are circles as large as they are. */
  const areaLayer = {
    on: isArea.includes(true) && isArea.filter(Boolean).length <= fewAreas,
    group: L.featureGroup(),
    fills: null,
    show() {
      const wanted = places.map((row, place) => place).filter((place) => isArea[place] && shown.places[place])
        .sort((a, b) => shown.places[b] - shown.places[a] || a - b);
      this.group.clearLayers();
      this.fills = new Map();
      this.countries = new Map();
      let drawn = 0;
      for (const place of wanted) {
        const row = places[place];
        const country = base.isCountry(row[FEATURE]) ? globe.countryAt(world, L.latLng(positionOf(place))) : null;
        if (country && !this.fills.has(country)) {
          this.fills.set(country, base.colour("loc-wash"));
          this.countries.set(country, place);
        }
        // A circle that is but a speck says nothing, and neither does one around all that is in view.
        const pixels = globe.pixelsOfKm(row[LATITUDE], 2 * (row[RADIUS] || 0), map.getZoom());
        if (drawn >= mostCircles || pixels < 12 || pixels > map.getSize().x / 2) continue;
        // Where many overlap, none of them covers what lies below.
        const circle = globe.areaCircle(positionOf(place), row[FEATURE], row[RADIUS], { fillOpacity: 0.05, opacity: 0.45, weight: 1 });
        if (!circle) continue;
        circle.bindTooltip(() => element("span", {}, element("bdi", {}, shorten(row[NAME], 60)), " · " + formatNumber(shown.places[place])), { sticky: true });
        circle.on("click", (event) => {
          if (globe.isAsking()) return;
          L.DomEvent.stopPropagation(event);
          choose(place, { move: false });
        });
        this.group.addLayer(circle);
        drawn++;
      }
      this.group.addTo(map).bringToBack();
      colourCountries();
      names.drawSoon();
      byId("key-areas").hidden = false;
      byId("key-areas").textContent = plural(wanted.length, "area") + " named as such, in the list" +
        (drawn === mostCircles ? "; circles for " + mostCircles : "");
    },
    hide() {
      this.group.remove();
      this.fills = null;
      colourCountries();
      names.drawSoon();
      byId("key-areas").hidden = true;
    },
  };

  /** Countries have the colours of their counts, or else of areas that are named. */
  function colourCountries() {
    worldLayer.colourCountries(countryLayer.fills || areaLayer.fills);
  }

  const leastHexagon = 14; // pixels
  /** An outline that would be but a speck at the map's zoom, drawn larger around its middle; any other as it is. */
  function seenOutline(outline) {
    const zoom = map.getZoom(), points = outline.map((latlng) => map.project(latlng, zoom));
    const bounds = L.bounds(points), { x, y } = bounds.getSize(), larger = leastHexagon / Math.max(x, y);
    if (larger <= 1) return outline;
    const middle = bounds.getCenter();
    return points.map((point) => map.unproject(point.subtract(middle).multiplyBy(larger).add(middle), zoom));
  }

  const hexbinLayer = {
    on: false,
    group: L.featureGroup(),
    show() {
      const sums = sumBy(CELL), bounds = classBounds(Math.max(0, ...sums.values()));
      this.group.clearLayers();
      let enlarged = false;
      // Where they overlap, the ones with more mentions are seen.
      for (const [cell, sum] of [...sums].sort((a, b) => a[1] - b[1])) {
        const [id, parts] = data.hexbins.cells[cell], ink = scaleColour(bounds, sum);
        const outlines = globe.outlines(parts);
        for (const whole of outlines) {
          // One that is cut at the antimeridian is left as it is: its parts would come apart.
          const outline = outlines.length === 1 && typeof whole[0][0] === "number" ? seenOutline(whole) : whole;
          enlarged ||= outline !== whole;
          const hexagon = L.polygon(outline, {
            // The palest would hardly be told from the sea without a rim.
            color: base.colour("scale-5"), weight: 0.8, opacity: 0.7, fillColor: ink, fillOpacity: 0.8, smoothFactor: 0.5,
          });
          hexagon.on("click", (event) => {
            if (globe.isAsking()) return;
            L.DomEvent.stopPropagation(event);
            openPopup(event.latlng, areaCard("Hexagon " + id, sum, CELL, cell));
          });
          this.group.addLayer(hexagon);
        }
      }
      this.group.addTo(map).bringToBack();
      writeScale(byId("key-hexbins"), sums.size ? bounds : [], !sums.size ? "none" : enlarged ? "mentions, drawn larger" : "mentions");
    },
    hide() {
      this.group.remove();
      byId("key-hexbins").hidden = true;
    },
  };

  /** Which places are named in which documents by the mentions that are shown. */
  function namedTogether() {
    const pairs = new Set();
    for (let index = 0; index < mentionCount; index++) {
      const article = mentionDocument[index];
      if (shown.documentShown[article] && mentionFits(index) && timeFits(documentDay[article])) {
        pairs.add(mentionPlace[index] * documents.length + article);
      }
    }
    return (place, article) => pairs.has(place * documents.length + article);
  }

  function linkCard(a, b, km, articles) {
    const list = element("ol", { class: "sentences" });
    for (const article of articles.slice(0, 20)) {
      list.append(element("li", {}, element("p", { class: "source" }, ...base.documentLine(documents[article]))));
    }
    const end = (place) => {
      const button = element("button", { type: "button", class: "plain", dir: "auto" }, shorten(places[place][NAME], 60));
      button.addEventListener("click", () => choose(place));
      return button;
    };
    return element("div", { class: "card" },
      element("h2", {}, end(a), " – ", end(b)),
      element("p", { class: "numbers" },
        base.formatKm(km) + " apart, named together in " + plural(articles.length, "document")),
      list,
      articles.length > 20 ? element("p", { class: "quiet" }, "and " + formatNumber(articles.length - 20) + " more") : null);
  }

  const mostLinks = 500;
  const linkLayer = {
    on: false,
    group: L.featureGroup(),
    show() {
      const together = namedTogether();
      const lines = [];
      for (const [a, b, km, articles] of links) {
        if (!shown.places[a] || !shown.places[b]) continue;
        const common = articles.filter((article) => together(a, article) && together(b, article));
        if (common.length) lines.push([a, b, km, common]);
      }
      lines.sort((one, other) => other[3].length - one[3].length);
      this.group.clearLayers();
      const drawn = lines.slice(0, mostLinks), most = drawn.length ? drawn[0][3].length : 1;
      for (const [a, b, km, common] of drawn.reverse()) {
        // Where hardly any pair is in more than one document, all lines are thin.
        const share = (common.length - 1) / Math.max(4, most - 1);
        for (const part of globe.shortestWay(positionOf(a), positionOf(b))) {
          const line = L.polyline(part, {
            color: base.colour("link"), weight: 1 + 5 * share, opacity: 0.35 + 0.45 * share,
          });
          line.on("click", (event) => {
            if (globe.isAsking()) return;
            L.DomEvent.stopPropagation(event);
            openPopup(event.latlng, linkCard(a, b, km, common));
          });
          this.group.addLayer(line);
        }
      }
      this.group.addTo(map).bringToBack();
      const key = byId("key-links");
      key.hidden = false;
      key.textContent = !lines.length ? "no pairs" : lines.length > mostLinks
        ? "the " + formatNumber(mostLinks) + " strongest of " + formatNumber(lines.length)
        : plural(lines.length, "pair") + ", wider in more documents";
    },
    hide() {
      this.group.remove();
      byId("key-links").hidden = true;
    },
  };

  const relativeLayer = {
    on: data.relative.length > 0 && data.relative.length < 300,
    group: L.featureGroup(),
    made: [],
    show() {
      const together = namedTogether();
      this.group.clearLayers();
      let number = 0, drawn = 0;
      data.relative.forEach((relative, index) => {
        const { document: article, place, sentence } = relative;
        if (!timeFits(documentDay[article]) || !documentFits(article)) return;
        if (state.sentences && state.sentences[sentence] !== 1) return;
        if (place >= 0 && !together(place, article)) return;
        number++;
        this.made[index] ??= globe.relativeLayer(relative, (one, latlng) => {
          if (one.place >= 0) choose(one.place, { move: false });
          else openPopup(latlng, globe.relativeCard(data, one));
        });
        const group = this.made[index];
        // Where a region would be but a speck, the marker of its place says more.
        if (globe.extentOfRelative(relative, map.getZoom()) < 14) {
          if (group.point) this.group.addLayer(group.point);
          return;
        }
        drawn++;
        this.group.addLayer(group);
      });
      this.group.addTo(map).bringToBack();
      byId("key-relative").hidden = false;
      byId("key-relative").textContent = plural(number, "region") + " of uncertainty" + (drawn < number ? ", seen closer up" : "");
    },
    hide() {
      this.group.remove();
      byId("key-relative").hidden = true;
    },
    /** Where there is a ring for a place that has no marker. */
    points() {
      return this.on ? this.made.filter((group) => group.point && map.hasLayer(group.point)).map((group) => group.point.getLatLng()) : [];
    },
    recolour() {
      this.made.forEach((group) => globe.styleRelative(group));
    },
  };

  const placeLayer = {
    on: true,
    show() {
      map.addLayer(clusters);
      rebuildClusters();
      byId("key-places").hidden = !workedOut.includes(1);
    },
    hide() {
      map.removeLayer(clusters);
      names.drawSoon();
      byId("key-places").hidden = true;
    },
  };

  const layers = { places: placeLayer, areas: areaLayer, countries: countryLayer, hexbins: hexbinLayer, links: linkLayer, relative: relativeLayer };

  function showLayers() {
    // Each goes to the back in turn: regions above links above hexagons.
    for (const layer of [relativeLayer, linkLayer, hexbinLayer, areaLayer, countryLayer]) if (layer.on) layer.show();
  }

  map.on("zoomend", () => {
    if (relativeLayer.on || hexbinLayer.on || areaLayer.on) showLayers(); // What they draw depends on the zoom.
  });

  function setUpLayers() {
    byId("areas-line").hidden = !isArea.includes(true);
    const none = { hexbins: !data.hexbins.cells.length, links: !links.length, relative: !data.relative.length };
    for (const [name, layer] of Object.entries(layers)) {
      const input = byId("layer-" + name);
      // A page that was asked for with some layers shows them.
      if (data.layers.length < 6 && data.layers.includes(name) && !none[name]) layer.on = true;
      input.checked = layer.on;
      input.disabled = Boolean(none[name]);
      input.addEventListener("change", () => {
        layer.on = input.checked;
        if (name === "places" && layer.on) layer.show();
        else if (layer.on) showLayers();
        else layer.hide();
      });
    }
    if (window.matchMedia("(max-width: 760px)").matches) byId("layers").open = false;
    byId("layers").addEventListener("toggle", () => names.drawSoon()); // Names keep clear of it.
  }

  // A country says its count where the pointer is, and the pop-up its places, when countries are coloured.
  const countryTip = L.tooltip({ direction: "top", offset: [0, -8] });
  function countryUnder(latlng) {
    const country = globe.countryAt(world, latlng);
    const index = country && countryLayer.matches().get(country);
    return index === undefined || index === null ? null : index;
  }
  map.on("mousemove", (event) => {
    if (!countryLayer.on) return;
    const index = countryUnder(event.latlng);
    if (index === null || hoverTip.isOpen()) return void map.closeTooltip(countryTip);
    countryTip.setContent(element("span", {}, data.countries[index][0] + " · " + formatNumber(countryLayer.sums.get(index) || 0)));
    map.openTooltip(countryTip.setLatLng(event.latlng));
  });
  map.on("mouseout", () => map.closeTooltip(countryTip));
  map.on("click", (event) => {
    if (globe.isAsking()) return;
    if (!countryLayer.on) {
      const country = areaLayer.on ? globe.countryAt(world, event.latlng) : null;
      if (country && areaLayer.countries.has(country)) choose(areaLayer.countries.get(country), { move: false });
      return;
    }
    const index = countryUnder(event.latlng), sum = countryLayer.sums.get(index);
    if (sum) openPopup(event.latlng, areaCard(data.countries[index][0], sum, COUNTRY, index));
  });

  // ------------------------------------------------------------------------------------------ bringing up to date

  let frame = 0, settling = 0;
  /** With the next frame: counts, list, time and the markers that are there; what is slower once all is still. */
  function updateSoon() {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      count();
      writeTime();
      writeFilters();
      writeList();
      writeSummary();
      refreshMarkers();
      if (countryLayer.on) countryLayer.show();
    });
    clearTimeout(settling);
    settling = setTimeout(() => {
      rebuildClusters();
      showLayers();
      refreshChosen();
      names.drawSoon();
    }, 160);
  }

  function writeSummary() {
    const { unplaced } = data.counts;
    const all = shown.mentions === mentionCount;
    byId("summary").textContent =
      (all ? plural(mentionCount, "mention") : formatNumber(shown.mentions) + " of " + plural(mentionCount, "mention")) +
      " in " + plural(shown.documents, "document") +
      (unplaced ? " · " + plural(unplaced, "mention") + " could not be placed" : "");
    byId("nothing").hidden = shown.mentions > 0;
  }

  function writeLeftOut() {
    const { mentions, links: pairs, relative } = data.left_out;
    const parts = [];
    if (mentions) parts.push(plural(mentions, "mention") + " of " + formatNumber(data.counts.mentions));
    if (pairs) parts.push(plural(pairs, "pair") + " of places named together");
    if (relative) parts.push(plural(relative, "relative place"));
    if (!parts.length) return;
    byId("left-out").hidden = false;
    byId("left-out").textContent = "Not in this page, since there were more than it holds: " + parts.join(", ") + ".";
  }

  // ------------------------------------------------------------------------------------- what the page gives away

  const aboutPlace = (row) => ({
    place_id: row[IDENTIFIER], place_name: row[NAME], country: row[COUNTRY] < 0 ? null : data.countries[row[COUNTRY]][1], admin1: row[DIVISION],
    feature: row[FEATURE], population: row[POPULATION], uncertainty_km: row[UNCERTAINTY], radius_km: row[RADIUS], latitude: row[LATITUDE], longitude: row[LONGITUDE],
  });
  // Those of the layers of `dateline map`, of which a page has no others.
  const placeColumns = ["place_id", "place_name", "country", "admin1", "feature", "population", "mentions", "documents", "method", "uncertainty_km", "radius_km",
    "latitude", "longitude"];
  function placeRows() {
    const documentsOf = new Map(), methodOf = new Map();
    for (const index of shownMentions()) {
      const place = mentionPlace[index];
      if (!documentsOf.has(place)) documentsOf.set(place, new Set());
      documentsOf.get(place).add(mentionDocument[index]);
      if (!methodOf.has(place)) methodOf.set(place, data.methods[data.mentions[index][M_METHOD]]);
    }
    return order.map((place) => ({
      ...aboutPlace(places[place]), mentions: shown.places[place], documents: (documentsOf.get(place) || new Set()).size,
      method: workedOut[place] ? "relative" : methodOf.get(place) || null,
    }));
  }

  const mentionColumns = ["document", "title", "date", "source", "url", "text", "label", "sentence", "place_id", "place_name", "country", "admin1", "feature",
    "population", "confidence", "method", "uncertainty_km", "radius_km", "latitude", "longitude"];
  /** Fields of the documents under names that are free. */
  const fieldColumns = fields.map(({ name }) => (mentionColumns.includes(name) ? "metadata_" + name : name));
  function mentionRows() {
    const listed = new Set(order);
    return shownMentions().filter((index) => listed.has(mentionPlace[index])).map((index) => {
      const mention = data.mentions[index], article = documents[mention[M_DOCUMENT]];
      const carried = Object.fromEntries(fields.map(({ values, of }, field) => [fieldColumns[field], values[of[mention[M_DOCUMENT]]] ?? null]));
      return {
        ...carried, ...aboutPlace(places[mention[M_PLACE]]),
        document: article.id, title: article.title, date: article.date, source: article.source, url: article.url, text: mention[M_SURFACE],
        label: data.labels[mention[M_LABEL]], sentence: sentences[mention[M_SENTENCE]], confidence: mention[M_CONFIDENCE], method: data.methods[mention[M_METHOD]],
      };
    });
  }
  const shownMentions = () =>
    Array.from(mentionPlace.keys()).filter((index) => mentionFits(index) && timeFits(documentDay[mentionDocument[index]]));

  function setUpSave() {
    const name = download.nameOf(data.title);
    const say = (words) => (byId("save-said").textContent = words);
    const on = (id, run) => byId(id).addEventListener("click", run);
    const columns = [...mentionColumns, ...fieldColumns];
    const give = (ending, type, what, write) => () => {
      const [given, rows] = what();
      download.save(name + ending, write(given, rows), type);
      say(plural(rows.length, "row") + " saved.");
    };
    const allMentions = () => [columns, mentionRows()], allPlaces = () => [placeColumns, placeRows()];
    on("save-geojson", give(".geojson", "application/geo+json", allMentions, download.geojson));
    on("save-csv", give(".csv", "text/csv", allMentions, download.csv));
    on("save-places-geojson", give("-places.geojson", "application/geo+json", allPlaces, download.geojson));
    on("save-places-csv", give("-places.csv", "text/csv", allPlaces, download.csv));
    const menu = byId("save");
    document.addEventListener("pointerdown", (event) => menu.contains(event.target) || (menu.open = false));
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary").focus();
      event.stopPropagation();
    });
    const svg = () => picture.svg(map, worldLayer, [townLayer, names], globe.creditsOf(data.attribution));
    const told = basemap ? "Saved without the tiles of others." : "Saved.";
    on("save-svg", () => {
      download.save(name + ".svg", svg(), "image/svg+xml");
      say(told);
    });
    on("save-png", async () => {
      try {
        download.save(name + ".png", await picture.png(svg(), map.getSize()));
        say(told);
      } catch (fault) {
        say("The picture could not be made: " + fault.message);
      }
    });
    on("copy-embed", async () => {
      if (location.protocol === "file:") return say("Put the page on a server first: of a file on this computer, others see nothing.");
      const frame = element("iframe", { src: location.href.split("#")[0] + "#embed&view=" + viewText(), title: data.title, width: "800", height: "500", loading: "lazy" });
      frame.style.border = "0";
      try {
        await navigator.clipboard.writeText(frame.outerHTML);
        say("Copied.");
      } catch {
        say(frame.outerHTML);
      }
    });
  }

  // -------------------------------------------------------------------------------------------------- the address

  const viewText = () => map.getZoom() + "/" + map.getCenter().lat.toFixed(3) + "/" + map.getCenter().lng.toFixed(3);

  /**
   * What stands behind # in the address: `view=ZOOM/LAT/LON` is where the map begins, and `embed` leaves only the map, for
   * pages that show it in a frame.
   */
  function setUpAddress() {
    const read = () => {
      const asked = new URLSearchParams(location.hash.slice(1));
      const isEmbedded = asked.has("embed");
      document.documentElement.classList.toggle("embedded", isEmbedded);
      if (isEmbedded) byId("layers").open = false;
      // Whoever scrolls the page around the frame would zoom.
      map.scrollWheelZoom[isEmbedded ? "disable" : "enable"]();
      map.invalidateSize({ animate: false });
      const view = globe.viewOf(asked.get("view"));
      if (view) map.setView(view.latlng, view.zoom, { animate: false });
    };
    read();
    window.addEventListener("hashchange", read);
    byId("whole-map").href = location.href.split("#")[0];
  }

  function start() {
    byId("title").textContent = data.title;
    base.setUpTheme(byId("theme"));
    base.onTheme(() => {
      for (const marker of markers) marker.setStyle(markerStyle(marker.place));
      ring.setStyle({ color: base.colour("focus") });
      relativeLayer.recolour();
      refreshMarkers();
      showLayers();
    });
    base.writeAttribution(byId("attribution"), [...tilesCredit, ...data.attribution]);
    writeLeftOut();
    setUpTime();
    setUpFilters();
    setUpFields();
    setUpLayers();
    setUpList();
    count();
    writeTime();
    writeFilters();
    writeList();
    writeSummary();
    map.invalidateSize({ animate: false });
    // Areas only where there is nothing else: their middles lie anywhere.
    const dots = places.map((row, place) => place).filter((place) => !isArea[place]);
    if (dots.length || !places.length) globe.fitToMost(map, dots.map((place) => [...positionOf(place), shown.places[place]]), 0.98, 7, coveredAtLeft());
    else globe.fitToAreas(map, world, places.map((row, place) => areaOf(place)));
    setUpAddress();
    for (const marker of markers) marker.setRadius(radiusOf(marker.place, shown.places[marker.place]));
    placeLayer.show();
    showLayers();
    map.addLayer(names);
    map.addLayer(townLayer);
    tools.showPosition(map, byId("position"));
    setUpSave();
    // For checks: the map, and how many mentions a marker or cluster on it stands for.
    window.dateline = {
      map, worldLayer, townLayer,
      mentionsOfAreas: () => places.reduce((sum, row, place) => sum + (isArea[place] ? shown.places[place] : 0), 0),
      markersOnMap: () => clusterLayers().map((layer) =>
        layer.place === undefined ? clusterSum(layer) : shown.places[layer.place]),
    };
    // Ready is what has been painted: a frame, and the first task after it.
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => (document.documentElement.dataset.ready = Math.round(performance.now()));
      channel.port2.postMessage(null);
    });
  }

  start();
})();
