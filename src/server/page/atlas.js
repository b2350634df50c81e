// The map of a document: its places, what was worked out from words, the candidates of a name, and measuring.
const atlas = (function () {
  "use strict";

  const { element, shorten } = base;
  const byId = (id) => document.getElementById(id);

  let map = null, world = null, basemap = null, worldLayer = null, names = null, townLayer = null, shade = null;
  let events = {};
  let model = null, waitingView = null;
  let chosen = null, pins = [], mode = null, measure = null;
  let outOfSight = null; // The place of the chosen name, where the map has yet to move to it.
  let markers = new Map(), regions = [];
  const ring = L.circleMarker([0, 0], { interactive: false, fill: false, weight: 3 });

  // ----------------------------------------------------------------------------------------------------- markers

  const mostDots = 1500;

  const radiusOf = (place) => (place.isRelative ? 6 : Math.min(12, Math.sqrt(24 + 10 * place.mentions.length)));
  function markerStyle(place) {
    const ink = base.colour(place.isRelative ? "worked-out" : "accent");
    if (place.isRelative) return { color: ink, weight: 2, dashArray: "3.5 2.5", fillColor: base.colour("land"), fillOpacity: 0.75 };
    // What is doubtful is but a ring.
    return { color: place.confidence < 0.7 ? ink : base.colour("marker-edge"), weight: place.confidence < 0.7 ? 2 : 1, fillColor: ink, fillOpacity: place.confidence < 0.7 ? 0.25 : 0.85 };
  }

  /** A relation as globe.relativeLayer takes it; null for one that was not placed. */
  function regionOf(relation) {
    if (!relation.place) return null;
    const { lat, lon, polygon } = relation.place;
    const parts = !polygon || !polygon.length ? [] : typeof polygon[0][0] === "number" ? [polygon] : polygon;
    return {
      relation,
      point: [lat, lon],
      polygon: parts,
      phrase: relation.text || model.text.slice(relation.start, relation.end),
      name: relation.target ? relation.target.text : null,
      anchors: relation.anchors.filter((one) => one.place).map((one) => [one.place.lat, one.place.lon, one.text]),
      uncertainty_km: relation.place.uncertainty_km || 0,
      distance_km: relation.distance_km,
      bearing_deg: relation.bearing_deg,
      // A place with a marker of its own needs no ring.
      place: relation.target && relation.target.place ? 0 : -1,
    };
  }
  // Half a country is worked out, too; shown when it is asked for, it doesn't cover all else.
  const isWide = (region) => region.uncertainty_km > 100;

  function clear() {
    for (const marker of markers.values()) marker.remove();
    for (const region of regions) region.layer.remove();
    markers = new Map();
    regions = [];
    ring.remove();
    shade.hide();
    map.closePopup();
  }

  function draw() {
    clear();
    const seen = new Set();
    for (const relation of model.relations) {
      const region = regionOf(relation);
      if (!region) continue;
      const key = JSON.stringify([region.point, region.phrase, region.name]);
      region.layer = globe.relativeLayer(region, () => events.choose(relation.target || relation.anchors[0]));
      // Without an outline of its own it reaches as far as it is uncertain.
      if (!region.polygon.length && region.uncertainty_km > 0) {
        region.layer.addLayer(L.circle(region.point, { role: "region", radius: region.uncertainty_km * 1000 }));
        globe.styleRelative(region.layer);
      }
      regions.push(region);
      region.repeats = seen.has(key);
      seen.add(key);
      if (!isWide(region) && !region.repeats) region.layer.addTo(map);
    }
    const dots = model.places.filter((place) => !place.isArea);
    // The more often named lie below, so that a small marker is never hidden by a large one.
    for (const place of dots.sort((a, b) => b.mentions.length - a.mentions.length).slice(0, mostDots)) {
      const marker = L.circleMarker([place.place.lat, place.place.lon], { ...markerStyle(place), radius: radiusOf(place) });
      marker.bindTooltip(() => element("bdi", {}, shorten(place.name, 60) + (place.official ? " (" + shorten(place.official, 60) + ")" : "")), { direction: "top", offset: [0, -6] });
      marker.on("click", (event) => {
        if (isAsking()) return;
        L.DomEvent.stopPropagation(event);
        events.choose(chosen && place.mentions.includes(chosen) ? chosen : place.mentions[0]);
      });
      markers.set(place.key, marker.addTo(map));
    }
    if (dots.length > mostDots) events.say("The map shows the " + base.formatNumber(mostDots) + " most often named of " + base.formatNumber(dots.length) + " places.");
    byId("no-places").hidden = model.places.length > 0 || regions.length > 0;
    names.drawSoon();
    townLayer.draw();
  }

  /** Brings the places into view: most of them, where the others lie far away. */
  function fit(share = 0.8) {
    if (!map || !model) return;
    const rows = model.places.filter((place) => !place.isArea).map((place) => [place.place.lat, place.place.lon, place.mentions.length]);
    for (const region of regions) if (region.place < 0 && !isWide(region)) rows.push([...region.point, 1]);
    if (rows.length || !model.places.length) return globe.fitToMost(map, rows, share, 7);
    globe.fitToAreas(map, world, model.places.map(({ place }) => ({ lat: place.lat, lon: place.lon, feature: place.feature, radius: place.radius_km })));
  }

  /** Shows a document. The view stays where it is for one that was only tagged anew. */
  function show(read, isSame) {
    model = read;
    if (!map) return;
    map.invalidateSize({ animate: false });
    chosen = null;
    dropPins();
    draw();
    if (waitingView) setView(waitingView);
    else if (!isSame) fit();
    waitingView = null;
  }

  // ---------------------------------------------------------------------------------------------------- choosing

  function dropPins() {
    for (const pin of pins) pin.remove();
    pins = [];
  }

  /** Rings the place of a name; an area is washed. The map moves only where the place is out of sight. */
  function choose(mention, move) {
    chosen = mention;
    if (!map) return;
    ring.remove();
    shade.hide();
    for (const region of regions) {
      const wanted = mention && mention.relations.includes(region.relation);
      if (wanted || (!isWide(region) && !region.repeats)) region.layer.addTo(map);
      else region.layer.remove();
    }
    dropPins();
    outOfSight = null;
    if (!mention) return void names.drawSoon();
    const { place } = mention;
    if (place) {
      const at = L.latLng(place.lat, place.lon);
      if (annotations.isArea(place)) shade.show(at, place.feature, place.radius_km);
      else {
        const marker = markers.get(annotations.keyOf(place));
        ring.setLatLng(at).setRadius((marker ? marker.getRadius() : 6) + 4).setStyle({ color: base.colour("focus") }).addTo(map);
      }
      outOfSight = move && !map.getBounds().pad(-0.1).contains(at) ? place : null;
    }
    names.drawSoon();
  }

  /** Brings a place into view. */
  function goTo(place) {
    if (!map) return;
    const zoom = annotations.isArea(place) ? globe.zoomOfPlace(place.feature) : Math.max(5, Math.min(map.getZoom(), 8));
    map.setView([place.lat, place.lon], zoom, { animate: false });
  }

  /** Numbered pins for the candidates of a name: [{ place, number, current, share }]. */
  function showPins(candidates, onPin) {
    dropPins();
    if (!map) return;
    for (const { place, number, current } of candidates) {
      const face = element("span", { class: "pin-face" }, String(number));
      const pin = L.marker([place.lat, place.lon], {
        icon: L.divIcon({ className: "pin" + (current ? " current" : ""), html: face, iconSize: [24, 24], iconAnchor: [12, 28] }),
        keyboard: false, zIndexOffset: current ? 1000 : 500 - number, title: number + ": " + place.name, alt: place.name,
      });
      pin.on("click", (event) => {
        if (isAsking()) return;
        L.DomEvent.stopPropagation(event);
        onPin(number);
      });
      pins.push(pin.addTo(map));
    }
    if (outOfSight) {
      // Together with what else it may well be.
      const likely = candidates.filter((one) => one.share >= 0.02 && !annotations.isArea(one.place)).map((one) => [one.place.lat, one.place.lon]);
      if (likely.length > 1) map.fitBounds([...likely, [outOfSight.lat, outOfSight.lon]], { padding: [50, 50], maxZoom: 6, animate: false });
      else goTo(outOfSight);
      outOfSight = null;
    }
    names.drawSoon();
  }

  // ------------------------------------------------------------------------------------------------------- modes

  function showMode() {
    const said = mode ? mode.hint : measure.active ? tools.measureHint : null;
    byId("map-mode").hidden = !said;
    byId("map-mode").textContent = said || "";
    byId("measure").setAttribute("aria-pressed", String(measure.active));
    byId("map").classList.toggle("pointing", Boolean(said));
  }
  function setMode(next) {
    mode = next;
    if (next && measure.active) measure.end();
    showMode();
  }

  /** Waits for a point on the map: a click, or Enter for its middle. */
  function askForPoint(name, done) {
    setMode({ done, hint: "Click where " + shorten(name, 40) + " is, or press Enter for the middle of the map. Esc cancels." });
    byId("map").focus();
  }

  function toggleMeasure() {
    if (!map) return;
    if (measure.active) return measure.end();
    mode = null;
    measure.begin();
    byId("map").focus();
  }

  /** A click on the map, where somebody was asked for a point. */
  function takePoint(latlng) {
    const at = latlng.wrap();
    if (measure.active) return measure.take(at);
    const { done } = mode;
    setMode(null);
    done([Math.round(at.lat * 1e5) / 1e5, Math.round(at.lng * 1e5) / 1e5]);
  }
  const isAsking = () => Boolean(mode || measure.active);

  /** What lies where somebody clicked. */
  async function whatIsHere(latlng) {
    const at = latlng.wrap();
    const list = element("ol", { class: "brief" });
    let places = null;
    try {
      places = await server.nearest([at.lat, at.lng], 5);
    } catch {
      list.append(element("li", { class: "quiet" }, "The nearest places are not known."));
    }
    for (const place of places || []) {
      list.append(element("li", {}, element("span", {}, element("bdi", { class: "name" }, place.name),
        element("span", { class: "quiet" }, base.formatKm(place.distance_km)))));
    }
    const content = element("div", { class: "card here" },
      element("h2", {}, coordinates.decimals(at.lat, at.lng)),
      element("p", { class: "quiet" }, coordinates.mgrs(at.lat, at.lng) || ""), list);
    globe.openPopup(map, at, content);
  }

  function escape() {
    if (!map) return false;
    if (isAsking()) {
      setMode(null);
      if (measure.active) measure.end();
      measure.clear();
      return true;
    }
    if (map._popup && map._popup.isOpen()) {
      map.closePopup();
      return true;
    }
    return measure.clear();
  }

  // -------------------------------------------------------------------------------------------------- the address

  /** The view for the address bar: zoom/lat/lon. */
  function view() {
    if (!map) return null;
    const { lat, lng } = map.getCenter();
    return map.getZoom() + "/" + lat.toFixed(2) + "/" + lng.toFixed(2);
  }
  function setView(text) {
    if (!map || !model) return void (waitingView = text);
    const asked = globe.viewOf(text);
    if (asked) map.setView(asked.latlng, asked.zoom, { animate: false });
  }

  // --------------------------------------------------------------------------------------------------------- start

  function create() {
    ({ map, worldLayer } = globe.createMap(byId("map"), world, basemap));
    shade = new globe.AreaShade(map, worldLayer);
    globe.onAsking(isAsking);
    measure = new tools.Measure(map, { changed: showMode, say: events.say });
    names = new globe.NameLayer(worldLayer, () => {
      const dots = model ? model.places.filter((place) => markers.has(place.key)) : [];
      const all = dots.map((place) => ({
        latlng: L.latLng(place.place.lat, place.place.lon), text: place.name, radius: radiusOf(place),
        weight: place.mentions.length + (chosen && place.mentions.includes(chosen) ? 1000 : 0),
      }));
      const rings = regions.filter((one) => one.place < 0 && map.hasLayer(one.layer)).map((one) => ({ latlng: L.latLng(one.point), radius: 6 }));
      const taken = pins.map((pin) => ({ latlng: pin.getLatLng(), radius: 14 }));
      return { names: all, obstacles: [...all, ...rings, ...taken] };
    });
    townLayer = new towns.TownLayer(server.within, () => (model ? model.places.filter((place) => !place.isArea).map((place) => place.place) : []), names);
    map.addLayer(names);
    map.addLayer(townLayer);
    // A click beside an open pop-up closes it, and no more.
    let wasOpen = false;
    byId("map").addEventListener("pointerdown", () => (wasOpen = Boolean(map._popup && map._popup.isOpen())), true);
    map.on("click", (event) => {
      if (isAsking()) takePoint(event.latlng);
      else if (!wasOpen) whatIsHere(event.latlng);
    });
    tools.showPosition(map, byId("position"));
    map.on("moveend", () => events.moved());
    byId("map").addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target !== byId("map")) return;
      event.preventDefault();
      if (isAsking()) takePoint(map.getCenter());
      else whatIsHere(map.getCenter());
    });
    new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(byId("map"));
    base.onTheme(() => {
      if (!model) return;
      for (const place of model.places) if (markers.has(place.key)) markers.get(place.key).setStyle(markerStyle(place));
      for (const region of regions) globe.styleRelative(region.layer);
      names.drawSoon();
    });
    byId("areas").addEventListener("toggle", () => names.drawSoon());
  }

  const credits = [{ text: "GeoNames", url: "https://www.geonames.org/", licence: "CC BY 4.0" }];

  function setUpSave() {
    const svg = () => picture.svg(map, worldLayer, [townLayer, names], globe.creditsOf([...credits, { text: "Natural Earth" }]));
    const name = () => download.nameOf((model && model.annotation.title) || "map");
    byId("save-svg").addEventListener("click", () => map && download.save(name() + ".svg", svg(), "image/svg+xml"));
    byId("save-png").addEventListener("click", () => map && picture.png(svg(), map.getSize()).then((blob) => download.save(name() + ".png", blob), events.fail));
  }

  async function setUp(callbacks) {
    events = callbacks;
    byId("fit").addEventListener("click", () => fit(1));
    byId("measure").addEventListener("click", toggleMeasure);
    setUpSave();
    const [countries, lines, settings] = await Promise.all([server.asset("countries.json"), server.bytes("map-lines.bin"), server.asset("settings.json")]);
    world = globe.readWorld(countries, lines);
    basemap = settings.basemap;
    base.writeAttribution(byId("attribution"), [...(basemap ? [{ text: basemap.attribution, url: null }] : []), ...credits]);
  }

  /** Makes the map once there is room for it: what is hidden has no size. */
  function ensure() {
    if (map || !world || !byId("map").clientWidth) return;
    create();
    if (model) show(model, false);
  }

  return {
    setUp, ensure, show, choose, showPins, goTo, fit: () => fit(1), measure: toggleMeasure, askForPoint, escape, view, setView,
    map: () => map, markers: () => markers, pins: () => pins,
  };
})();
