// Towns of the gazetteer on the map, small and grey below everything else, for where a place lies among its neighbours.
const towns = (function () {
  "use strict";

  const font = "11px system-ui, sans-serif";
  const fromZoom = 6, most = 200, still = 200;
  // Farther out they are the setting, of which a few do; close up each may be asked for.
  const closeZoom = 9, pixelsOfOne = 6500;

  /** Dots and names on a canvas below the markers, none over another. */
  const TownLayer = L.Layer.extend({
    /**
     * `source(bounds, most, signal)` gives the towns inside [west, south, east, north], the most important first:
     * [{ name, lat, lon, feature }]; `taken()` the places that have markers of their own: [{ lat, lon }]. Of `names`, the
     * layer of names above, none is written over.
     */
    initialize(source, taken, names) {
      this.source = source;
      this.taken = taken;
      this.names = names;
      this.places = [];
      this.labels = []; // What was drawn last, in pixels of the map: names, and dots.
      this.dots = [];
    },
    onAdd(map) {
      const pane = map.getPane("towns") || map.createPane("towns");
      pane.style.zIndex = 350; // Above the land's 200, below the markers' 400.
      pane.style.pointerEvents = "none";
      this.canvas = L.DomUtil.create("canvas", "leaflet-zoom-hide", pane);
      map.on("moveend resize", this.moved, this);
      // Whenever the names above have changed, other towns have room.
      this.names.on("drawn", this.draw, this);
      base.onTheme(() => this.draw());
      this.moved();
      this.draw();
    },
    onRemove(map) {
      map.off("moveend resize", this.moved, this);
      this.names.off("drawn", this.draw, this);
      this.cancel();
      this.canvas.remove();
    },
    cancel() {
      clearTimeout(this.waiting);
      if (this.asking) this.asking.abort();
      this.asking = null;
    },
    moved() {
      this.cancel();
      if (this._map.getZoom() < fromZoom) return;
      this.waiting = setTimeout(() => this.ask(), still);
    },
    async ask() {
      const edges = this._map.getBounds();
      const asking = (this.asking = new AbortController());
      try {
        const bounds = [Math.max(-180, edges.getWest()), Math.max(-90, edges.getSouth()), Math.min(180, edges.getEast()), Math.min(90, edges.getNorth())];
        if (bounds[0] >= bounds[2] || bounds[1] >= bounds[3]) return;
        const places = await this.source(bounds, most, asking.signal);
        if (asking.signal.aborted || !this._map) return;
        // A town's quarter is told after the town, and only close up.
        const settled = places.filter((place) => !base.isArea(place.feature));
        const isQuarter = (place) => place.feature === "PPLX";
        this.places = [...settled.filter((place) => !isQuarter(place)), ...(this._map.getZoom() < closeZoom ? [] : settled.filter(isQuarter))];
        this.draw();
      } catch {
        // A map without towns is still a map; what else needs their source says that it is gone.
      }
    },
    draw() {
      const map = this._map;
      if (!map) return;
      const size = map.getSize(), ratio = window.devicePixelRatio || 1, { canvas } = this;
      L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([0, 0]));
      canvas.width = Math.round(size.x * ratio);
      canvas.height = Math.round(size.y * ratio);
      canvas.style.width = size.x + "px";
      canvas.style.height = size.y + "px";
      this.labels = [];
      this.dots = [];
      if (map.getZoom() < fromZoom) return;
      const context = canvas.getContext("2d");
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.font = font;
      context.fillStyle = base.colour("country-name");
      const boxes = this.taken().map(({ lat, lon }) => {
        const { x, y } = map.latLngToContainerPoint([lat, lon]);
        return { left: x - 9, right: x + 9, top: y - 9, bottom: y + 9 };
      });
      boxes.push(...this.names.covered);
      for (const label of this.names.labels) {
        context.font = label.font;
        boxes.push({ left: label.x - 3, right: label.x + context.measureText(label.text).width + 3, top: label.y - 9, bottom: label.y + 9 });
      }
      context.font = font;
      const isClose = map.getZoom() >= closeZoom;
      let left = isClose ? most : Math.ceil((size.x * size.y) / pixelsOfOne);
      for (const place of this.places) {
        if (left <= 0) break;
        const { x, y } = map.latLngToContainerPoint([place.lat, place.lon]);
        if (x < 0 || y < 0 || x > size.x || y > size.y) continue;
        const width = context.measureText(place.name).width;
        const dot = { left: x - 3, right: x + 3, top: y - 3, bottom: y + 3 };
        const free = (one) => !boxes.some((other) =>
          one.left < other.right && one.right > other.left && one.top < other.bottom && one.bottom > other.top);
        // Beside the dot, before it, above it, below it.
        const sides = [[x + 5, y], [x - 5 - width, y], [x - width / 2, y - 10], [x - width / 2, y + 10]];
        const boxOf = ([left, middle]) => ({ left: left - 2, right: left + width + 3, top: middle - 7, bottom: middle + 7 });
        const side = free(dot) ? sides.find((one) => free(boxOf(one))) : null;
        if (!free(dot) || (!side && !isClose)) continue;
        left--;
        context.beginPath();
        context.arc(x, y, 2, 0, 7);
        context.fill();
        this.dots.push({ x, y });
        boxes.push(dot);
        if (!side) continue;
        boxes.push(boxOf(side));
        this.labels.push({ text: place.name, x: side[0], y: side[1], font, colour: "country-name", halo: 2.5 });
      }
      globe.paintLabels(context, this.labels);
    },
  });

  /** The source of towns that a page has with it: rows of [name, lat, lon, feature], the most important first. */
  const ofRows = (rows) => async ([west, south, east, north], limit) => {
    const found = [];
    for (const [name, lat, lon, feature] of rows) {
      if (lon < west || lon > east || lat < south || lat > north) continue;
      if (found.push({ name, lat, lon, feature }) === limit) break;
    }
    return found;
  };

  return { TownLayer, ofRows };
})();
