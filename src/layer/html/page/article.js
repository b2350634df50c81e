// One article with its map: a marked place in the text and its marker on the map point at each other.
(function () {
  "use strict";

  const { element, shorten } = base;
  const byId = (id) => document.getElementById(id);

  const data = base.readBlock("data");
  const { places, mentions } = data;
  const NAME = 0, LATITUDE = 1, LONGITUDE = 2, COUNTRY = 3, FEATURE = 5, DIVISION = 6, POPULATION = 7, UNCERTAINTY = 9, RADIUS = 10;
  const M_PLACE = 0, M_CONFIDENCE = 6, M_METHOD = 7;

  const world = globe.readWorld(base.readBlock("world"), base.readBytes("lines"));
  const basemap = base.readBlock("basemap");
  const tilesCredit = basemap ? [{ text: basemap.attribution, url: null }] : [];
  const { map, worldLayer } = globe.createMap(byId("map"), world, basemap);
  const measure = tools.setUpMeasure(map, { button: byId("measure"), hint: byId("map-mode"), container: byId("map") });

  const text = byId("text");
  const marksOfPlace = places.map(() => []);
  for (const mark of text.querySelectorAll("mark[data-mention]")) {
    const mention = mentions[Number(mark.dataset.mention)];
    if (mention && mention[M_PLACE] >= 0) marksOfPlace[mention[M_PLACE]].push(mark);
  }
  const mentionsOfPlace = places.map(() => []);
  for (const mention of mentions) if (mention[M_PLACE] >= 0) mentionsOfPlace[mention[M_PLACE]].push(mention);

  const isWorkedOut = (place) =>
    mentionsOfPlace[place].length > 0 &&
    mentionsOfPlace[place].every((mention) => data.methods[mention[M_METHOD]] === "relative");
  const named = places.map((row, place) => place).filter((place) => mentionsOfPlace[place].length > 0);
  /** The name of the country a place lies in; null for one that is itself a country. */
  function countryOf(place) {
    const row = places[place];
    return row[COUNTRY] >= 0 && !base.isCountry(row[FEATURE]) ? data.countries[row[COUNTRY]][0] : null;
  }
  /** A dot would misplace an area: it is shaded when it is chosen. */
  const isArea = (place) => base.isArea(places[place][FEATURE]);
  const positionOf = (place) => L.latLng(places[place][LATITUDE], places[place][LONGITUDE]);

  // ------------------------------------------------------------------------------------------------------ legend

  const labelWords = { PER: "People", ORG: "Organisations", LOC: "Places", MISC: "Other names" };

  function writeLegend() {
    for (const [label, words] of Object.entries(labelWords)) {
      const number = text.querySelectorAll("mark.entity." + label.toLowerCase()).length;
      if (!number) continue;
      byId("legend").append(element("li", {},
        element("span", { class: "entity " + label.toLowerCase() }, words), " ",
        element("span", { class: "quiet" }, base.formatNumber(number))));
    }
  }

  // ----------------------------------------------------------------------------------------------------- markers

  const radiusOf = (place) => isWorkedOut(place) ? 6 : Math.min(12, Math.sqrt(24 + 10 * mentionsOfPlace[place].length));

  function markerStyle(place) {
    const ink = base.colour(isWorkedOut(place) ? "worked-out" : "accent");
    return isWorkedOut(place)
      ? { color: ink, weight: 2, dashArray: "3.5 2.5", fillColor: base.colour("land"), fillOpacity: 0.75 }
      : { color: base.colour("marker-edge"), weight: 1, fillColor: ink, fillOpacity: 0.85 };
  }

  const markers = new Map();
  const relatives = data.relative.map((relative) =>
    globe.relativeLayer(relative, (one, latlng) => {
      if (one.place >= 0 && markers.has(one.place)) choose(one.place, null);
      else globe.openPopup(map, latlng, globe.relativeCard(data, one));
    }),
  );
  const names = new globe.NameLayer(worldLayer, () => {
    const all = [...markers].map(([place, marker]) => ({
      latlng: marker.getLatLng(),
      text: places[place][NAME],
      radius: marker.getRadius(),
      weight: mentionsOfPlace[place].length,
    }));
    const rings = data.relative.filter((one) => one.place < 0).map((one) => ({ latlng: one.point, radius: 6 }));
    return { names: all, obstacles: [...all, ...rings] };
  });

  const townLayer = new towns.TownLayer(towns.ofRows(data.towns), () =>
    [...markers.values()].map((marker) => ({ lat: marker.getLatLng().lat, lon: marker.getLatLng().lng })), names);

  function addMarkers() {
    for (const group of relatives) group.addTo(map);
    // The more often named lie below, so that a small marker is never hidden by a large one.
    for (const place of named.filter((one) => !isArea(one)).sort((a, b) => mentionsOfPlace[b].length - mentionsOfPlace[a].length)) {
      const marker = L.circleMarker(positionOf(place), { ...markerStyle(place), radius: radiusOf(place) });
      marker.bindTooltip(() => element("bdi", {}, shorten(places[place][NAME], 60)), { direction: "top", offset: [0, -6] });
      marker.on("click", (event) => {
        if (globe.isAsking()) return;
        L.DomEvent.stopPropagation(event);
        choose(place, null);
      });
      markers.set(place, marker.addTo(map));
    }
    map.addLayer(names);
    map.addLayer(townLayer);
  }

  // -------------------------------------------------------------------------------------------- choosing a place

  const ring = L.circleMarker([0, 0], { interactive: false, fill: false, weight: 3 });
  let chosen = null;

  function placeCard(place) {
    const row = places[place];
    const described = [row[DIVISION], countryOf(place)].filter((part) => part && part !== row[NAME])
      .map((part) => element("bdi", {}, shorten(part, 80)));
    const kind = base.kindOfPlace(row[FEATURE]);
    if (kind) described.push(element("span", {}, kind));
    const all = mentionsOfPlace[place];
    const methods = [...new Set(all.map((mention) => data.methods[mention[M_METHOD]]))];
    const confidence = Math.max(...all.map((mention) => mention[M_CONFIDENCE]));
    const relative = data.relative.find((one) => one.place === place);
    return element("div", { class: "card", tabindex: "-1", role: "dialog", "aria-label": shorten(row[NAME], 80) },
      element("h2", { dir: "auto" }, row[NAME]),
      described.length ? element("p", { class: "where" }, ...base.separated(described)) : null,
      row[POPULATION] ? element("p", { class: "quiet" }, "population " + base.formatNumber(row[POPULATION])) : null,
      isWorkedOut(place)
        ? element("p", { class: "estimate" },
            "Position only worked out from words of the text" +
            (row[UNCERTAINTY] > 0 ? ", ± " + base.formatKm(row[UNCERTAINTY]) : "") + ".",
            relative ? element("br") : null,
            relative ? element("bdi", {}, "“" + globe.wordsOfRelative(relative) + "”") : null)
        : null,
      element("p", { class: "numbers" }, base.plural(all.length, "mention")),
      element("p", { class: "quiet" },
        methods.map((method) => base.methodWords[method] || method).join(", ") + ", confidence " + confidence.toFixed(2)),
    );
  }

  function highlight(place, mark) {
    for (const old of text.querySelectorAll(".same, .chosen")) old.classList.remove("same", "chosen");
    for (const button of byId("list").querySelectorAll("[aria-current]")) button.removeAttribute("aria-current");
    if (place === null) return;
    for (const other of marksOfPlace[place]) other.classList.add("same");
    if (mark) mark.classList.add("chosen");
    const button = byId("list").querySelector('[data-place="' + place + '"]');
    if (button) button.setAttribute("aria-current", "true");
  }

  /** Opens the pop-up of a place and marks where the text names it; without a mark of the text, scrolls there. */
  function choose(place, mark) {
    const same = chosen && chosen.place === place;
    if (chosen && !same) close();
    const first = mark || marksOfPlace[place][0] || null;
    highlight(place, first);
    if (!mark && first) {
      first.scrollIntoView({ block: "center", behavior: base.stillSystem.matches ? "auto" : "smooth" });
    }
    if (same) return;
    const position = positionOf(place);
    // A place worked out from words is shown with all that it was worked out from; for others the map keeps its
    // scale, or goes back to that of the whole article where it had come too close to show both.
    const relative = relatives[data.relative.findIndex((one) => one.place === place)];
    let zoom = null;
    if (relative) zoom = Math.min(7, map.getBoundsZoom(relative.getBounds().pad(0.8)));
    else if (!map.getBounds().pad(-0.15).contains(position)) zoom = Math.min(map.getZoom(), Math.max(homeZoom, 4));
    point(place);
    const popup = globe.openPopup(map, position, placeCard(place), {
      zoom,
      onClose: () => {
        if (!chosen || chosen.popup !== popup) return;
        chosen = null;
        unpoint();
        highlight(null);
      },
    });
    chosen = { place, popup };
  }

  const shade = new globe.AreaShade(map, worldLayer);
  /** Rings a place, or shades an area. */
  function point(place) {
    unpoint();
    if (isArea(place)) shade.show(positionOf(place), places[place][FEATURE], places[place][RADIUS]);
    else ring.setLatLng(positionOf(place)).setRadius(radiusOf(place) + 4).setStyle({ color: base.colour("focus") }).addTo(map);
  }
  function unpoint() {
    ring.remove();
    shade.hide();
  }

  function close() {
    if (chosen) map.closePopup(chosen.popup);
  }

  function placeOfMark(target) {
    const mark = target instanceof Element ? target.closest("mark[data-mention]") : null;
    const mention = mark && mentions[Number(mark.dataset.mention)];
    return mention && mention[M_PLACE] >= 0 ? [mention[M_PLACE], mark] : null;
  }

  function setUpText() {
    // A click focuses a mark, so that the focus alone does for both; a key on a mark that has it opens it again.
    const open = (event) => {
      const found = placeOfMark(event.target);
      if (found) choose(...found);
    };
    text.addEventListener("focusin", open);
    text.addEventListener("click", open);
    text.addEventListener("keydown", (event) => {
      if ((event.key !== "Enter" && event.key !== " ") || !placeOfMark(event.target)) return;
      event.preventDefault();
      open(event);
    });
    for (const marks of marksOfPlace) {
      for (const mark of marks) mark.setAttribute("role", "button");
    }
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      if (measure.escape()) event.preventDefault();
      else if (map._popup && map._popup.isOpen()) {
        event.preventDefault();
        map.closePopup();
      }
    });
  }

  function writeList() {
    const order = [...named].sort((a, b) => mentionsOfPlace[b].length - mentionsOfPlace[a].length || a - b);
    for (const place of order) {
      const row = places[place];
      const button = element("button", { type: "button", "data-place": place, class: isWorkedOut(place) ? "worked-out" : null },
        element("span", { class: "name" }, element("bdi", {}, shorten(row[NAME], 60))),
        element("span", { class: "under" }, shorten(countryOf(place) || "", 40)),
        element("span", { class: "number" }, base.formatNumber(mentionsOfPlace[place].length),
          element("span", { class: "unseen" }, " mentions")));
      button.addEventListener("click", () => choose(place, null));
      byId("list").append(element("li", {}, button));
    }
    byId("places").hidden = order.length === 0;
    byId("nothing").hidden = order.length > 0 || data.relative.length > 0;
  }

  function writeLeftOut() {
    if (!data.counts.unplaced) return;
    byId("left-out").hidden = false;
    byId("left-out").textContent = base.plural(data.counts.unplaced, "place name") + " could not be placed.";
  }

  base.setUpTheme(byId("theme"));
  base.onTheme(() => {
    for (const [place, marker] of markers) marker.setStyle(markerStyle(place));
    for (const group of relatives) globe.styleRelative(group);
    ring.setStyle({ color: base.colour("focus") });
    names.drawSoon();
  });
  base.writeAttribution(byId("attribution"), [...tilesCredit, ...data.attribution]);
  writeLegend();
  writeList();
  writeLeftOut();
  setUpText();
  map.invalidateSize({ animate: false });
  const rows = [
    ...named.filter((place) => !isArea(place)).map((place) => [places[place][LATITUDE], places[place][LONGITUDE], mentionsOfPlace[place].length]),
    ...data.relative.filter((one) => one.place < 0).map((one) => [...one.point, 1]),
  ];
  if (rows.length || !named.length) globe.fitToMost(map, rows, 0.8, 8);
  else globe.fitToAreas(map, world, named.map((place) => ({ lat: places[place][LATITUDE], lon: places[place][LONGITUDE], feature: places[place][FEATURE], radius: places[place][RADIUS] })));
  const homeZoom = map.getZoom();
  addMarkers();
  tools.showPosition(map, byId("position"));
  window.dateline = { map, markers, choose };
  requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => (document.documentElement.dataset.ready = Math.round(performance.now()));
    channel.port2.postMessage(null);
  });
})();
