// The map that all pages share: the world below the markers with its lakes, rivers and borders, the names beside the
// markers, pop-ups, and places that are worked out from words.
const globe = (function () {
  "use strict";

  const { element, shorten, colour, compass, formatKm, stillSystem, onTheme, isCountry, markedSentence, documentLine } = base;

  // ---------------------------------------------------------------------------------------------------- geometry

  const tileSize = 256;
  const highestLatitude = 85.0511287798;

  // Web Mercator in pixels of zoom 0, the world being 256 pixels wide: what Leaflet's tiles are multiples of.
  const worldX = (lon) => ((lon + 180) / 360) * tileSize;
  function worldY(lat) {
    const sine = Math.sin((Math.max(-highestLatitude, Math.min(highestLatitude, lat)) * Math.PI) / 180);
    return (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * tileSize;
  }

  /** A line of x, y, x, y … with its bounds. */
  function boundedLine(points) {
    let left = Infinity, right = -Infinity, top = Infinity, bottom = -Infinity;
    for (let index = 0; index < points.length; index += 2) {
      const x = points[index], y = points[index + 1];
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      if (y > bottom) bottom = y;
    }
    return { points, left, right, top, bottom };
  }

  /**
   * A projected line that may jump from one edge of the world to the other, as lines that don't: the line goes on
   * beyond the edge, and a copy of it comes in at the other one. Only what lies in the world is drawn. A ring
   * around a pole has edges of its own and is left as it is.
   */
  function unwrapLine(points) {
    const half = tileSize / 2;
    let shift = 0, jumps = false;
    const line = Float64Array.from(points);
    for (let index = 2; index < points.length; index += 2) {
      const step = points[index] - points[index - 2];
      if (step > half || step < -half) {
        shift += step > 0 ? -tileSize : tileSize;
        jumps = true;
      }
      line[index] += shift;
    }
    const last = points.length - 2;
    const isRing = points[0] === points[last] && points[1] === points[last + 1];
    if (!jumps || (isRing && shift !== 0)) return [boundedLine(points)];
    const copies = [boundedLine(line)];
    const moved = (distance) => boundedLine(line.map((value, index) => (index % 2 ? value : value + distance)));
    if (copies[0].right > tileSize) copies.push(moved(-tileSize));
    if (copies[0].left < 0) copies.push(moved(tileSize));
    return copies;
  }

  /**
   * The shortest way between two places as parts of [lat, lon], cut where it crosses the antimeridian.
   * Interpolated on the sphere; short ways stay a straight line.
   */
  function shortestWay(from, to) {
    const radians = Math.PI / 180;
    const vector = ([lat, lon]) => [
      Math.cos(lat * radians) * Math.cos(lon * radians),
      Math.cos(lat * radians) * Math.sin(lon * radians),
      Math.sin(lat * radians),
    ];
    const a = vector(from), b = vector(to);
    const angle = Math.acos(Math.max(-1, Math.min(1, a[0] * b[0] + a[1] * b[1] + a[2] * b[2])));
    const steps = Math.min(96, Math.ceil(angle / (1.5 * radians)));
    // Opposite ends of the earth have no one shortest way.
    if (steps < 2 && Math.abs(from[1] - to[1]) <= 180) return [[from, to]];
    if (Math.PI - angle < 1e-6) return [[from, to]];
    const way = [];
    for (let step = 0; step <= Math.max(1, steps); step++) {
      const share = step / Math.max(1, steps);
      const weightA = angle < 1e-9 ? 1 - share : Math.sin((1 - share) * angle) / Math.sin(angle);
      const weightB = angle < 1e-9 ? share : Math.sin(share * angle) / Math.sin(angle);
      const [x, y, z] = [0, 1, 2].map((axis) => weightA * a[axis] + weightB * b[axis]);
      way.push([Math.atan2(z, Math.hypot(x, y)) / radians, Math.atan2(y, x) / radians]);
    }
    const parts = [[way[0]]];
    for (let index = 1; index < way.length; index++) {
      const [latA, lonA] = way[index - 1], [latB, lonB] = way[index];
      if (Math.abs(lonB - lonA) > 180) {
        const edge = lonA > 0 ? 180 : -180;
        const across = lonB + (lonA > 0 ? 360 : -360);
        const lat = latA + ((latB - latA) * (edge - lonA)) / (across - lonA || 1);
        parts[parts.length - 1].push([lat, edge]);
        parts.push([[lat, -edge]]);
      }
      parts[parts.length - 1].push(way[index]);
    }
    return parts;
  }

  /** The parts of an area, each a ring of [lon, lat] or a list of rings, the way Leaflet takes them: [lat, lon]. */
  function outlines(parts) {
    const turn = (ring) => ring.map(([lon, lat]) => [lat, lon]);
    return parts.map((part) => (typeof part[0][0] === "number" ? turn(part) : part.map(turn)));
  }

  // --------------------------------------------------------------------------------------------------- the world

  /**
   * Where a name fits into an area, the best first: the middles of the longest horizontal chords, those near the
   * area's middle preferred. A chord's length says from which zoom on the name has room.
   */
  function roomsForName(ring) {
    const { points, top, bottom } = ring;
    const rooms = [];
    for (let step = 1; step < 16; step++) {
      const y = top + ((bottom - top) * step) / 16;
      const crossings = [];
      for (let i = 0; i + 3 < points.length; i += 2) {
        const y1 = points[i + 1], y2 = points[i + 3];
        if (y1 > y !== y2 > y) crossings.push(points[i] + ((y - y1) / (y2 - y1)) * (points[i + 2] - points[i]));
      }
      crossings.sort((a, b) => a - b);
      let best = null;
      for (let i = 0; i + 1 < crossings.length; i += 2) {
        const width = crossings[i + 1] - crossings[i];
        if (!best || width > best.width) best = { x: (crossings[i] + crossings[i + 1]) / 2, y, width };
      }
      if (best) rooms.push({ ...best, score: best.width * (1 - 0.7 * Math.abs(step / 8 - 1)) });
    }
    return rooms.sort((a, b) => b.score - a.score).slice(0, 6);
  }

  /** A line of [x, y] as x, y, x, y …, which is quicker to draw. */
  function flatLine(positions) {
    const points = new Float64Array(positions.length * 2);
    for (let index = 0; index < positions.length; index++) {
      points[2 * index] = positions[index][0];
      points[2 * index + 1] = positions[index][1];
    }
    return points;
  }

  const linesMagic = "dateline map lines 1\n";
  /** The lakes, rivers and borders of divisions in the bytes of models/map-lines.bin, whose form map_lines.py describes. */
  function readLines(bytes) {
    if (linesMagic !== String.fromCharCode(...bytes.subarray(0, linesMagic.length))) throw new Error("These are no lines of a map.");
    let at = linesMagic.length;
    const whole = () => {
      let value = 0;
      for (let shift = 0; ; shift += 7) {
        const byte = bytes[at++];
        value |= (byte & 0x7f) << shift;
        if (byte < 0x80) return value;
      }
    };
    const step = () => {
      const value = whole();
      return value & 1 ? -(value + 1) / 2 : value / 2;
    };
    const group = () => Array.from({ length: whole() }, () => {
      const points = new Float64Array(2 * whole());
      let lon = 0, lat = 0;
      for (let index = 0; index < points.length; index += 2) {
        lon += step();
        lat += step();
        points[index] = worldX(lon / 100);
        points[index + 1] = worldY(lat / 100);
      }
      return points;
    });
    return { lakes: group(), rivers: group(), divisions: group() };
  }

  /** A line with its corners cut, since those of waters stand on a coarse grid (Chaikin). */
  function smoothed(points) {
    const last = points.length - 2;
    const isRing = points[0] === points[last] && points[1] === points[last + 1];
    const smooth = [];
    if (!isRing) smooth.push(points[0], points[1]);
    for (let index = 0; index < last; index += 2) {
      for (const share of [0.25, 0.75]) {
        smooth.push(points[index] + share * (points[index + 2] - points[index]), points[index + 1] + share * (points[index + 3] - points[index + 1]));
      }
    }
    smooth.push(...(isRing ? smooth.slice(0, 2) : [points[last], points[last + 1]]));
    return Float64Array.from(smooth);
  }

  /**
   * The countries of a TopoJSON topology, ready to be drawn and asked: an arc that two countries share is a border,
   * one that only one has is a coast. `lines` are the bytes of lakes, rivers and borders of divisions.
   */
  function readWorld(topology, lines) {
    const { lakes, rivers, divisions } = readLines(lines);
    // Every arc is in a border or coast and in one or two countries; projected ahead, it is projected once.
    const decode = topojson.transform(topology.transform);
    const project = (position, index) => {
      const point = decode(position, index);
      point[0] = worldX(point[0]);
      point[1] = worldY(point[1]);
      return point;
    };
    const plane = { type: "Topology", objects: topology.objects, arcs: topology.arcs.map((arc) => arc.map(project)) };
    const { countries } = plane.objects;
    const mesh = (fits) => topojson.mesh(plane, countries, fits).coordinates.map(flatLine);
    // Edges of the drawing are no coasts: the cut along the antimeridian and the foot of Antarctica.
    const atEdge = (points, index) =>
      points[index] < 0.001 || points[index] > tileSize - 0.001 || points[index + 1] > tileSize - 0.001;
    const coastsOf = (points) => {
      const parts = [];
      let start = 0;
      for (let index = 2; index < points.length; index += 2) {
        if (!atEdge(points, index) || !atEdge(points, index - 2)) continue;
        parts.push(points.subarray(start, index));
        start = index;
      }
      return [...parts, points.subarray(start)].filter((part) => part.length > 2);
    };
    return {
      countries: topojson.feature(plane, countries).features.map(({ id, properties, geometry }) => {
        // There are countries that are too small for the scale and have no outline.
        const { type, coordinates } = geometry || { type: "MultiPolygon", coordinates: [] };
        const polygons = type === "Polygon" ? [coordinates] : coordinates;
        const rings = polygons.flat().map(flatLine).flatMap(unwrapLine);
        const size = (ring) => (ring.right - ring.left) * (ring.bottom - ring.top);
        const largest = rings.reduce((one, other) => (!one || size(other) > size(one) ? other : one), null);
        return {
          number: id === undefined ? null : String(id).padStart(3, "0"),
          name: properties.name,
          rings,
          rooms: largest ? roomsForName(largest) : [],
        };
      }),
      borders: mesh((a, b) => a !== b).flatMap(unwrapLine),
      coasts: mesh((a, b) => a === b).flatMap(coastsOf).flatMap(unwrapLine),
      lakes: lakes.map(smoothed).flatMap(unwrapLine),
      rivers: rivers.map(smoothed).flatMap(unwrapLine),
      divisions: divisions.flatMap(unwrapLine),
    };
  }

  /** The country of the world that holds a position, or null. */
  function countryAt(world, latlng) {
    const x = worldX(latlng.lng), y = worldY(latlng.lat);
    return (
      world.countries.find((country) => {
        let inside = false;
        for (const { points, left, right, top, bottom } of country.rings) {
          if (x < left || x > right || y < top || y > bottom) continue;
          for (let i = 0; i + 3 < points.length; i += 2) {
            const y1 = points[i + 1], y2 = points[i + 3];
            if (y1 > y !== y2 > y && x < points[i] + ((y - y1) / (y2 - y1)) * (points[i + 2] - points[i])) inside = !inside;
          }
        }
        return inside;
      }) || null
    );
  }

  /** Whether a line may be seen in a view: { scale, x, y, width, height }, the world being 256 × scale pixels wide. */
  const touches = (line, view) =>
    line.right * view.scale >= view.x - 2 && line.left * view.scale <= view.x + view.width + 2 &&
    line.bottom * view.scale >= view.y - 2 && line.top * view.scale <= view.y + view.height + 2;

  /**
   * Adds the part of a line that matters to a view to a path. Points closer than half a pixel to the one before
   * are skipped, and so are runs of points that lie beyond the same side of the view: they can't change what is
   * seen of the line or of its filling.
   */
  function tracePath(path, line, view, closed) {
    const { points } = line, { scale, width, height } = view;
    const margin = 4;
    let lastX = NaN, lastY = NaN, lastSide = 0, skippedX = 0, skippedY = 0, skipped = false;
    for (let i = 0; i < points.length; i += 2) {
      const x = points[i] * scale - view.x, y = points[i + 1] * scale - view.y;
      const side =
        (x < -margin ? 1 : x > width + margin ? 2 : 0) | (y < -margin ? 4 : y > height + margin ? 8 : 0);
      if (i === 0) {
        path.moveTo(x, y);
      } else if (side & lastSide) {
        skippedX = x;
        skippedY = y;
        skipped = true;
        lastSide &= side;
        continue;
      } else {
        if (skipped) {
          path.lineTo(skippedX, skippedY);
          lastX = skippedX;
          lastY = skippedY;
          skipped = false;
        }
        if (Math.abs(x - lastX) < 0.5 && Math.abs(y - lastY) < 0.5 && i + 2 < points.length) continue;
        path.lineTo(x, y);
      }
      lastX = x;
      lastY = y;
      lastSide = side;
    }
    if (skipped) path.lineTo(skippedX, skippedY);
    if (closed) path.closePath();
  }

  // Farther out, rivers and divisions would be but a net over the land.
  const riversFrom = 4, divisionsFrom = 5;

  /**
   * What is drawn of the world in a view at a zoom, the lowest first: { lines, closed, fill, stroke, width }, colours as
   * functions, since they change with the theme. `path` makes an empty path.
   */
  function worldPaths(world, fillOf, zoom, view, path) {
    const trace = (lines, closed) => {
      let traced = null;
      for (const line of lines) {
        if (!touches(line, view)) continue;
        traced = traced || path();
        tracePath(traced, line, view, closed);
      }
      return traced;
    };
    const thin = (close) => (zoom < 4 ? close - 0.3 : close);
    return [
      ...world.countries.map((country) => ({
        path: trace(country.rings, true), fill: () => fillOf(country) || colour("land"), isLand: true,
      })),
      { path: zoom < divisionsFrom ? null : trace(world.divisions, false), stroke: () => colour("division"), width: 0.8 },
      { path: trace(world.lakes, true), fill: () => colour("sea"), stroke: () => colour("coast"), width: thin(0.8) },
      { path: zoom < riversFrom ? null : trace(world.rivers, false), stroke: () => colour("river"), width: zoom < 6 ? 0.8 : 1.2 },
      { path: trace(world.borders, false), stroke: () => colour("border"), width: thin(1) },
      { path: trace(world.coasts, false), stroke: () => colour("coast"), width: thin(0.9) },
    ].filter((one) => one.path);
  }

  /**
   * The world in tiles: each is drawn once when it comes into view, so that moving the map costs nothing. A tile
   * keeps its paths, and a change of colours fills them anew.
   */
  const WorldLayer = L.GridLayer.extend({
    initialize(world, options) {
      L.GridLayer.prototype.initialize.call(this, options);
      this.world = world;
      this.fills = null; // Map from a country of the world to its colour, or null for plain land.
      this.chosen = null; // The country that is shown to be chosen, whatever the others have.
    },

    /** The colour of a country; null for that of land. */
    fillOf(country) {
      return country === this.chosen ? colour("mark") : (this.fills && this.fills.get(country)) || null;
    },

    chooseCountry(country) {
      if (this.chosen === country) return;
      this.chosen = country;
      this.repaint();
    },

    createTile(coords) {
      const size = this.getTileSize().x;
      const ratio = Math.min(window.devicePixelRatio || 1, 3);
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = size * ratio;
      const view = { scale: 2 ** coords.z, x: coords.x * size, y: coords.y * size, width: size, height: size };
      canvas.drawing = { ratio, size, paths: worldPaths(this.world, (country) => this.fillOf(country), coords.z, view, () => new Path2D()) };
      this.paint(canvas);
      return canvas;
    },

    paint(canvas) {
      const { ratio, size, paths } = canvas.drawing;
      const context = canvas.getContext("2d");
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, size, size);
      context.lineJoin = "round";
      for (const { path, fill, stroke, width, isLand } of paths) {
        if (this.options.overTiles) {
          // Tiles have all of this, but for what countries are coloured with.
          if (!isLand || fill() === colour("land")) continue;
          context.globalAlpha = 0.5;
        }
        if (fill) {
          context.fillStyle = fill();
          context.fill(path, "evenodd");
        }
        if (stroke) {
          context.strokeStyle = stroke();
          context.lineWidth = width;
          context.stroke(path);
        }
      }
    },

    /** Fills countries with colours, or all of them as land when there are none. */
    colourCountries(fills) {
      this.fills = fills;
      this.repaint();
    },

    repaint() {
      for (const key of Object.keys(this._tiles || {})) this.paint(this._tiles[key].el);
    },
  });

  // ------------------------------------------------------------------------------------------------- place names

  const nameFont = "500 12px system-ui, sans-serif";

  /** Writes labels on a canvas: { text, x, y, font, colour, halo }, their left ends and middles. */
  function paintLabels(context, labels) {
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.strokeStyle = colour("halo");
    for (const label of labels) {
      context.font = label.font;
      context.lineWidth = label.halo;
      if (label.halo) context.strokeText(label.text, label.x, label.y);
      context.fillStyle = colour(label.colour);
      context.fillText(label.text, label.x, label.y);
    }
  }

  /**
   * Names on a canvas above the markers, none over another: those beside markers, the weightiest first, then those
   * of the countries where they still find room. What to name is asked anew after every move: `namesOf()` gives
   * names [{ latlng, text, radius, weight }] and obstacles [{ latlng, radius }].
   */
  const NameLayer = L.Layer.extend({
    initialize(worldLayer, namesOf) {
      this.worldLayer = worldLayer;
      this.namesOf = namesOf;
      this.labels = []; // What was written last, in pixels of the map.
      this.covered = []; // What lies on the map, likewise.
      this.limit = 60;
    },
    onAdd(map) {
      if (!map.getPane("names")) {
        const pane = map.createPane("names");
        pane.style.zIndex = 620; // Above the clusters' 600, below tooltips and pop-ups.
        pane.style.pointerEvents = "none";
      }
      this.canvas = L.DomUtil.create("canvas", "leaflet-zoom-hide", map.getPane("names"));
      map.on("moveend resize worldshown", this.draw, this);
      map.on("popupopen popupclose", this.drawSoon, this);
      this.draw();
    },
    onRemove(map) {
      map.off("moveend resize worldshown", this.draw, this);
      map.off("popupopen popupclose", this.drawSoon, this);
      cancelAnimationFrame(this.request);
      this.canvas.remove();
    },
    /** Draws with the next frame, however often it was asked to. */
    drawSoon() {
      cancelAnimationFrame(this.request);
      this.request = requestAnimationFrame(() => this._map && this.draw());
    },
    draw() {
      const map = this._map, size = map.getSize(), ratio = window.devicePixelRatio || 1;
      const canvas = this.canvas;
      L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([0, 0]));
      if (canvas.width !== Math.round(size.x * ratio) || canvas.height !== Math.round(size.y * ratio)) {
        canvas.width = Math.round(size.x * ratio);
        canvas.height = Math.round(size.y * ratio);
        canvas.style.width = size.x + "px";
        canvas.style.height = size.y + "px";
      }
      const context = canvas.getContext("2d");
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, size.x, size.y);
      context.font = nameFont;
      this.labels = [];
      const taken = [];
      const free = (box) => box.left >= 0 && box.right <= size.x && box.top >= 0 && box.bottom <= size.y &&
        !taken.some((other) =>
          box.left < other.right && box.right > other.left && box.top < other.bottom && box.bottom > other.top);
      // No half of a name looks out from below what lies on the map.
      const corner = map.getContainer().getBoundingClientRect();
      this.covered = [];
      for (const above of map.getContainer().parentElement.querySelectorAll(".panel, .map-tools > *, .stage > .position, .leaflet-bar, .leaflet-control-scale, .leaflet-popup")) {
        const { left, right, top, bottom } = above.getBoundingClientRect();
        if (right > left) this.covered.push({ left: left - corner.left, right: right - corner.left, top: top - corner.top, bottom: bottom - corner.top });
      }
      taken.push(...this.covered);
      const { names, obstacles } = this.namesOf();
      for (const { latlng, radius } of obstacles) {
        const { x, y } = map.latLngToContainerPoint(latlng);
        taken.push({ left: x - radius, right: x + radius, top: y - radius, bottom: y + radius });
      }
      let drawn = 0;
      for (const { latlng, text, radius } of names.sort((a, b) => b.weight - a.weight)) {
        const { x, y } = map.latLngToContainerPoint(latlng);
        if (x < 0 || y < 0 || x > size.x || y > size.y) continue;
        if (drawn >= this.limit) continue;
        const name = shorten(text, 28), width = context.measureText(name).width;
        const box = { left: x + radius + 1, right: x + radius + 6 + width, top: y - 8, bottom: y + 8 };
        if (!free(box)) {
          const shift = box.right - box.left + 2 * radius + 2;
          box.left -= shift;
          box.right -= shift;
          if (!free(box)) continue;
        }
        taken.push(box);
        this.labels.push({ text: name, x: box.left + 3, y, font: nameFont, colour: "text", halo: 3 });
        drawn++;
      }
      if (!this.worldLayer.options.overTiles) this.nameCountries(context, free, taken);
      paintLabels(context, this.labels);
      this.fire("drawn");
    },

    nameCountries(context, free, taken) {
      const map = this._map, size = map.getSize(), zoom = map.getZoom(), scale = 2 ** zoom;
      const { world } = this.worldLayer;
      const origin = map.getPixelBounds().min;
      const font = "500 " + (zoom < 4 ? 10 : zoom < 6 ? 12 : 14) + "px system-ui, sans-serif";
      context.font = font;
      for (const country of world.countries) {
        const fill = this.worldLayer.fillOf(country);
        let width = 0;
        for (const room of country.rooms) {
          const x = room.x * scale - origin.x, y = room.y * scale - origin.y;
          if (room.width * scale < 26 || y < 0 || y > size.y) continue;
          width = width || context.measureText(country.name).width;
          const box = { left: x - width / 2 - 3, right: x + width / 2 + 3, top: y - 9, bottom: y + 9 };
          if (width > room.width * scale * 0.9 || !free(box)) continue;
          taken.push(box);
          this.labels.push({ text: country.name, x: x - width / 2, y, font, colour: fill ? "text" : "country-name", halo: fill ? 3 : 0 });
          break;
        }
      }
    },
  });

  // ------------------------------------------------------------------------------------------------------ the map

  /**
   * A map of the world with nothing on it yet: { map, worldLayer }. With a `basemap`, { url, attribution }, tiles of that
   * address lie below.
   */
  function createMap(container, world, basemap = null) {
    const narrow = container.clientWidth < 700;
    const map = L.map(container, {
      preferCanvas: true,
      attributionControl: false, // The credits are written below the map, where they can't be covered.
      minZoom: narrow ? 0 : 1,
      maxZoom: basemap ? 18 : 11,
      zoomControl: false,
      worldCopyJump: false,
      fadeAnimation: false,
      zoomAnimation: !stillSystem.matches,
      inertia: !stillSystem.matches,
      renderer: L.canvas({ padding: 0.3, tolerance: 4 }),
    });
    L.control.zoom({ position: "bottomright" }).addTo(map);
    L.control.scale({ position: "bottomleft", maxWidth: 120 }).addTo(map);
    const whole = { noWrap: true, bounds: [[-highestLatitude, -180], [highestLatitude, 180]] };
    const tiles = basemap ? L.tileLayer(basemap.url, { ...whole, maxZoom: 18 }).addTo(map) : null;
    const worldLayer = new WorldLayer(world, { ...whole, keepBuffer: 3, updateWhenZooming: false, overTiles: Boolean(basemap) }).addTo(map);
    onTheme(() => worldLayer.repaint());
    if (tiles) {
      // Where none comes, the map is our own.
      let came = 0, missed = 0;
      tiles.on("tileload", () => came++);
      tiles.on("tileerror", () => {
        if (came || ++missed < 4) return;
        tiles.remove();
        worldLayer.options.overTiles = false;
        worldLayer.repaint();
        map.fire("worldshown"); // Its countries have names.
      });
    }
    // The world is drawn once. Leaflet's own maximal bounds would pull back a map that moved to make room for a
    // pop-up near a pole; what keeps anybody from getting lost is that the middle stays in the world.
    map.on("moveend", () => {
      const middle = map.getCenter();
      const inside = L.latLng(Math.max(-80, Math.min(84, middle.lat)), Math.max(-180, Math.min(180, middle.lng)));
      // In whole pixels, in which a map moves: it would never be nearer.
      if (map.project(inside).distanceTo(map.project(middle)) > 1.5) map.panTo(inside, { animate: !stillSystem.matches });
    });
    map.setView([20, 10], narrow ? 1 : 2, { animate: false }); // Until there is something to fit to.
    return { map, worldLayer };
  }

  /** Moves the map to a position, without flying where motion isn't wanted. */
  function moveTo(map, latlng, zoom) {
    map.setView(latlng, zoom, { animate: !stillSystem.matches && map.getBounds().pad(1).contains(latlng) });
  }

  /** A circle as large as an area; null for a country, which has an outline, and for one whose size is not known. */
  function areaCircle(latlng, feature, radiusKm, style) {
    if (isCountry(feature) || !radiusKm) return null;
    return L.circle(latlng, { radius: radiusKm * 1000, color: colour("accent"), weight: 1.2, fillOpacity: 0.1, ...style });
  }

  /** Shades the one area that is chosen: a country by its outline, others by a circle, or by a ring where no size is known. */
  class AreaShade {
    constructor(map, worldLayer) {
      Object.assign(this, { map, worldLayer, drawn: null });
      onTheme(() => this.drawn && this.drawn.setStyle({ color: colour("focus") }));
    }

    show(at, feature, radiusKm) {
      this.hide();
      const latlng = L.latLng(at), style = { interactive: false, color: colour("focus"), weight: 2 };
      const country = isCountry(feature) ? countryAt(this.worldLayer.world, latlng) : null;
      this.worldLayer.chooseCountry(country);
      if (country) return;
      this.drawn = areaCircle(latlng, feature, radiusKm, style) || L.circleMarker(latlng, { ...style, radius: 14, fillOpacity: 0.1 });
      this.drawn.addTo(this.map);
    }

    hide() {
      this.worldLayer.chooseCountry(null);
      if (this.drawn) this.drawn.remove();
      this.drawn = null;
    }
  }

  /** Shows the map so that areas are in view: [{ lat, lon, feature, radius }]. */
  function fitToAreas(map, world, areas) {
    const bounds = L.latLngBounds([]);
    for (const { lat, lon, feature, radius } of areas) {
      const country = isCountry(feature) ? countryAt(world, L.latLng(lat, lon)) : null;
      if (country) {
        // The largest part: islands at the other end of the world would make it small.
        const size = (ring) => (ring.right - ring.left) * (ring.bottom - ring.top);
        const { left, right, top, bottom } = country.rings.reduce((one, other) => (size(other) > size(one) ? other : one));
        for (const corner of [[left, top], [right, bottom]]) bounds.extend(map.unproject(corner, 0));
      } else {
        const km = radius || 500, away = km / 111, across = away / Math.max(0.2, Math.cos((lat * Math.PI) / 180));
        bounds.extend([Math.max(-80, lat - away), Math.max(-180, lon - across)]).extend([Math.min(80, lat + away), Math.min(180, lon + across)]);
      }
    }
    if (bounds.isValid()) map.fitBounds(bounds, { padding: [24, 24], maxZoom: 8, animate: false });
  }

  /** The view that a text says, "ZOOM/LAT/LON"; null for what is none. */
  function viewOf(text) {
    const numbers = String(text || "").split("/").map(Number);
    const [zoom, lat, lon] = numbers;
    const good = text && numbers.length === 3 && numbers.every(Number.isFinite) && zoom >= 0 && zoom <= 18 && Math.abs(lat) <= 90 && Math.abs(lon) <= 180;
    return good ? { zoom, latlng: L.latLng(Math.max(-80, Math.min(84, lat)), lon) } : null;
  }

  /** Whose data a picture of the map shows, in a line. */
  const creditsOf = (attribution) => attribution.map(({ text, licence }) => text + (licence && licence !== "public domain" ? " (" + licence + ")" : "")).join(", ");

  // While somebody is asked for a point, a click on what lies on the map is one, too.
  let asking = () => false;
  const onAsking = (is) => (asking = is);
  const isAsking = () => asking();

  /** Zoom at which a place of such a kind fills the map well. */
  function zoomOfPlace(code) {
    if (code === "CONT" || code === "OCN") return 3;
    if (isCountry(code) || code === "SEA" || code === "RGN") return 5;
    // Closer up there would be no border or coast in view to tell where a town lies.
    return 7;
  }

  /**
   * Shows the map so that `share` of the mentions are in view, or all of them where that doesn't take much more of
   * the map: one name at the other end of the world shall not make all others small. `rows` are [lat, lon, mentions], `left` how
   * many pixels at the left edge are covered.
   */
  function fitToMost(map, rows, share, maxZoom, left = 0) {
    const total = rows.reduce((sum, row) => sum + row[2], 0);
    // Before there is a place, and where places lie all over it, the map shows the world as wide as it is itself.
    const zoomOfWorld = Math.max(map.getMinZoom(), Math.round(Math.log2(map.getSize().x / tileSize)));
    if (!total) return void map.setView([20, 10], zoomOfWorld, { animate: false });
    const range = (axis) => {
      const sorted = rows.filter((row) => row[2]).sort((a, b) => a[axis] - b[axis]);
      const all = [sorted[0][axis], sorted[sorted.length - 1][axis]];
      // The shortest stretch with its share of the mentions.
      let best = all;
      for (let from = 0, to = 0, inside = 0; from < sorted.length; inside -= sorted[from++][2]) {
        while (to < sorted.length && inside < total * share) inside += sorted[to++][2];
        if (inside < total * share) break;
        const one = [sorted[from][axis], sorted[to - 1][axis]];
        if (one[1] - one[0] < best[1] - best[0]) best = one;
      }
      return best[1] - best[0] < (all[1] - all[0]) / 2 ? best : all;
    };
    const [south, north] = range(0), [west, east] = range(1);
    const bounds = L.latLngBounds([south, west], [north, east]);
    const zoom = Math.max(zoomOfWorld, Math.min(maxZoom, map.getBoundsZoom(bounds, false, L.point(96 + left, 96))));
    // The middle on the map, which isn't that of the latitudes.
    const middle = map.project(bounds.getSouthWest(), zoom).add(map.project(bounds.getNorthEast(), zoom)).divideBy(2);
    // Beside what is covered, as far as there is room.
    const across = Math.abs(map.project(bounds.getNorthEast(), zoom).x - map.project(bounds.getSouthWest(), zoom).x);
    const aside = Math.max(0, Math.min(left / 2, (map.getSize().x - across) / 2 - 48));
    map.setView(map.unproject(middle.subtract([aside, 0]), zoom), zoom, { animate: false });
  }

  /**
   * A pop-up of DOM nodes, sized to the map and brought wholly into view; `left` pixels at the left edge are taken
   * by something else. With a `zoom` the map goes there, the place in its middle or as near to it as there is room.
   */
  function openPopup(map, latlng, content, { onClose = null, left = 16, zoom = null } = {}) {
    const size = map.getSize();
    const popup = L.popup({
      maxWidth: Math.min(360, size.x - 40),
      minWidth: Math.min(300, size.x - 40),
      maxHeight: Math.max(160, Math.min(380, size.y - 90)),
      autoPan: false, // It would take the map's place before a zoom for that after it.
      offset: [0, -4],
    }).setLatLng(latlng).setContent(content);
    if (onClose) popup.on("remove", onClose);
    popup.openOn(map);
    const { offsetWidth: width, offsetHeight: height } = popup.getElement();
    const above = height + 24; // Its tip and its distance from the place.
    const tools = size.x < 500 || size.y < height + 90 ? 16 : 50; // Buttons lie on the map's upper edge.
    if (zoom === null || zoom === map.getZoom()) {
      map.panInside(latlng, {
        paddingTopLeft: [left + width / 2, above + tools],
        paddingBottomRight: [16 + width / 2, 16],
        animate: !stillSystem.matches && map.getBounds().pad(1).contains(latlng),
      });
    } else {
      // No farther from the map's middle than the pop-up needs.
      const right = Math.max(0, left + (width - size.x) / 2), down = Math.max(0, above + tools - size.y / 2);
      const middle = map.project(latlng, zoom).subtract([right, Math.min(down, size.y / 2 - 16)]);
      moveTo(map, map.unproject(middle, zoom), zoom);
    }
    return popup;
  }

  // ---------------------------------------------------------------------------------------------- relative places

  const namesOfAnchors = (relative) =>
    relative.anchors.map((anchor) => anchor[2]).filter(Boolean).map((name) => shorten(name, 60)).join(" and ");

  /** The words of a relative expression with the places they are about: "off the coast of Iceland". */
  function wordsOfRelative(relative) {
    const phrase = shorten(relative.phrase, 200), names = namesOfAnchors(relative);
    return phrase.includes(names) ? phrase : phrase + " " + names;
  }

  /** What a relative expression was taken to say, "45 km south-east of Mosul"; null for one without such numbers. */
  function describeRelative(relative) {
    const parts = [];
    if (typeof relative.distance_km === "number") parts.push(formatKm(relative.distance_km));
    if (typeof relative.bearing_deg === "number") parts.push(compass(relative.bearing_deg));
    return parts.length ? parts.join(" ") + " of " + namesOfAnchors(relative) : null;
  }

  /** The card of a relative place: its sentence with the words it was worked out from marked. */
  function relativeCard(data, relative) {
    const article = data.documents[relative.document];
    const sentence = data.sentences[relative.sentence];
    const description = describeRelative(relative);
    return element("div", { class: "card" },
      element("h2", { dir: "auto" }, relative.name || wordsOfRelative(relative)),
      element("p", { class: "estimate" },
        "Position worked out from words, ± " + formatKm(relative.uncertainty_km) + "."),
      description ? element("p", { class: "quiet", dir: "auto" }, description) : null,
      sentence === undefined
        ? element("p", { class: "sentence", dir: "auto" }, element("mark", {}, relative.phrase))
        : markedSentence(sentence, [[relative.start, relative.end]]),
      article ? element("p", { class: "source" }, ...documentLine(article)) : null,
    );
  }

  /**
   * Layers of relative places: the region of uncertainty, a dashed line from each anchor, and a ring where the
   * place has no marker of its own. `open(relative, latlng)` is called for one that was chosen.
   */
  function relativeLayer(relative, open) {
    const point = L.latLng(relative.point);
    const group = L.featureGroup();
    group.uncertainty = relative.uncertainty_km;
    for (const outline of outlines(relative.polygon)) group.addLayer(L.polygon(outline, { role: "region" }));
    for (const [lat, lon, name] of relative.anchors) {
      for (const part of shortestWay([lat, lon], relative.point)) {
        group.addLayer(L.polyline(part, { role: "way", interactive: false }));
      }
      const anchor = L.circleMarker([lat, lon], { role: "anchor", radius: 3 });
      anchor.bindTooltip(() => element("bdi", {}, shorten(String(name || "anchor"), 60)), { direction: "top" });
      group.addLayer(anchor);
    }
    group.point = relative.place < 0 ? L.circleMarker(point, { role: "point", radius: 5 }) : null;
    if (group.point) group.addLayer(group.point);
    group.on("click", (event) => {
      if (isAsking()) return;
      L.DomEvent.stopPropagation(event);
      open(relative, point);
    });
    styleRelative(group);
    return group;
  }

  /** How many pixels so many kilometres are at a latitude and a zoom. */
  const pixelsOfKm = (lat, km, zoom) => (km * tileSize * 2 ** zoom) / (40075 * Math.cos((lat * Math.PI) / 180));

  /** How many pixels a relative place takes up at a zoom, from its farthest anchor to the rim of its region. */
  const extentOfRelative = (relative, zoom) => pixelsOfKm(relative.point[0], relative.uncertainty_km * 2 + (relative.distance_km || 0), zoom);

  /** Gives the layers of a relative place the colours of the theme. */
  function styleRelative(group) {
    const ink = colour("worked-out");
    const styles = {
      // The less certain a place is, the larger and the paler its region.
      region: { color: ink, weight: 1.2, dashArray: "4 3", fillColor: ink, fillOpacity: group.uncertainty > 200 ? 0.07 : 0.16 },
      way: { color: ink, weight: 1.4, dashArray: "3 5", opacity: 0.9 },
      anchor: { color: ink, weight: 1.2, fillColor: colour("land"), fillOpacity: 1 },
      point: { color: ink, weight: 2, dashArray: "2 2", fillColor: colour("land"), fillOpacity: 0.6 },
    };
    group.eachLayer((layer) => layer.setStyle(styles[layer.options.role]));
  }

  return {
    shortestWay, outlines, readWorld, countryAt, worldPaths, paintLabels, NameLayer, createMap, areaCircle, AreaShade, fitToAreas, viewOf, creditsOf, onAsking, isAsking, pixelsOfKm, zoomOfPlace, fitToMost, openPopup, wordsOfRelative,
    relativeCard, relativeLayer, extentOfRelative, styleRelative,
  };
})();
