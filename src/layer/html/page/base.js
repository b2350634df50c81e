// What the map of a corpus and the page of an article share: words and numbers, the theme, the world below the
// markers, the names beside them, sentences with their names marked, and places that are worked out from words.
//
// Nothing here turns text of an article into markup: every text goes through `textContent` or a text node.
const base = (function () {
  "use strict";

  // ---------------------------------------------------------------------------------------------------- reading

  /** The parsed content of a JSON block of the page. */
  function readBlock(id) {
    return JSON.parse(document.getElementById(id).textContent);
  }

  /** A new element: attributes by name, then children (texts or nodes). */
  function element(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
  }

  // ------------------------------------------------------------------------------------------ numbers and words

  const wholeNumber = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
  const oneDecimal = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
  const shortNumber = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
  const dayFormat = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

  const formatNumber = (value) => wholeNumber.format(value);
  const formatShort = (value) => (value < 1000 ? String(value) : shortNumber.format(value));
  const formatKm = (value) => (value < 10 ? oneDecimal : wholeNumber).format(value) + " km";
  const plural = (count, one, many) => formatNumber(count) + " " + (count === 1 ? one : many || one + "s");

  const millisecondsOfDay = 86400000;
  /** Days since 1970 of an ISO day, or null for what isn't one. */
  function dayOf(isoDay) {
    const time = isoDay ? Date.parse(isoDay + "T00:00:00Z") : NaN;
    return Number.isNaN(time) ? null : Math.round(time / millisecondsOfDay);
  }
  const formatDay = (day) => dayFormat.format(new Date(day * millisecondsOfDay));

  const briefFormats = [{ day: "numeric", month: "short" }, { month: "short" }, { year: "numeric" }].map((parts) =>
    new Intl.DateTimeFormat("en-GB", { ...parts, timeZone: "UTC" }));
  /** A day for an axis of days (unit 0), months (1) or years (2); with its year where that is new or `isFirst`. */
  function formatDayBriefly(day, unit, isFirst) {
    const date = new Date(day * millisecondsOfDay), text = briefFormats[unit].format(date);
    const newYear = date.getUTCMonth() === 0 && (unit === 1 || date.getUTCDate() === 1);
    return unit < 2 && (isFirst || newYear) ? text + " " + date.getUTCFullYear() : text;
  }

  /** The text cut to so many characters, never inside a surrogate pair. */
  function shorten(text, limit) {
    if (text.length <= limit) return text;
    const characters = Array.from(text.slice(0, limit * 2));
    return characters.length <= limit ? text : characters.slice(0, limit - 1).join("").trimEnd() + "…";
  }

  /** Lower case without diacritics, so that "sao" finds "São Paulo". */
  // As people type names: without accents, without the dot that a Turkish letter lacks, with one kind of apostrophe.
  const fold = (text) =>
    text.normalize("NFD").replace(/\p{M}+/gu, "").toLowerCase().replace(/ı/g, "i").replace(/[‘’ʻʼ`´]/g, "'");

  const compassPoints = ["north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west"];
  const compass = (bearing) => compassPoints[Math.round((((bearing % 360) + 360) % 360) / 45) % 8];

  // The GeoNames feature codes that news names most; others fall back to what their first letters say.
  const featureWords = {
    PPL: "town or village", PPLA: "provincial or state capital", PPLA2: "district seat",
    PPLA3: "third-level seat", PPLA4: "fourth-level seat", PPLA5: "fifth-level seat", PPLC: "capital", PPLCH: "former capital", PPLF: "farm village",
    PPLG: "seat of government", PPLH: "former town or village", PPLL: "locality", PPLQ: "abandoned town or village",
    PPLR: "religious community", PPLS: "towns or villages", PPLW: "destroyed town or village",
    PPLX: "part of a town", STLMT: "settlement",
    ADM1: "province or state", ADM2: "district or county", ADM3: "third-level division",
    ADM4: "fourth-level division", ADM5: "fifth-level division", ADMD: "administrative division",
    ADM1H: "former province or state", ADM2H: "former district or county", ADMDH: "former division",
    PCL: "country or territory", PCLI: "country", PCLD: "dependent territory", PCLF: "freely associated state",
    PCLS: "semi-independent territory", PCLIX: "part of a country", PCLH: "former country", TERR: "territory",
    ZN: "zone", ZNB: "buffer zone", LTER: "leased territory",
    CONT: "continent", RGN: "region", RGNE: "economic region", RGNH: "former region", AREA: "area", CST: "coast",
    ISL: "island", ISLS: "islands", ISLET: "islet", ATOL: "atoll", PEN: "peninsula", CAPE: "cape", ISTH: "isthmus",
    MT: "mountain", MTS: "mountains", HLL: "hill", HLLS: "hills", PK: "peak", VLC: "volcano", VAL: "valley",
    PASS: "pass", PLAT: "plateau", PLN: "plain", DSRT: "desert", DLTA: "delta",
    STM: "stream or river", STMI: "intermittent stream", RVN: "ravine", WAD: "wadi", LK: "lake", LKS: "lakes",
    RSV: "reservoir", SEA: "sea", OCN: "ocean", GULF: "gulf", BAY: "bay", STRT: "strait", CHN: "channel",
    CNL: "canal", FJD: "fjord", FLLS: "waterfall", OAS: "oasis", WLL: "well", HBR: "harbour", PRT: "port",
    AIRP: "airport", AIRB: "air base", AIRF: "airfield", RSTN: "railway station", BDG: "bridge", RD: "road",
    DAM: "dam", HSP: "hospital", SCH: "school", UNIV: "university", MSQE: "mosque", CH: "church", TMPL: "temple",
    CMP: "camp", CMPRF: "refugee camp", MILB: "military base", PRN: "prison", MN: "mine", OILF: "oil field",
    PS: "power station", FRST: "forest", RES: "reserve", PRK: "park", RUIN: "ruin", ANS: "ancient site",
    BDRY: "boundary", BDRI: "international border", CSTM: "customs post", MKT: "market", STDM: "stadium",
  };
  const featureStems = [["PPL", "town or village"], ["ADM", "administrative division"], ["PCL", "country or territory"]];

  /** What kind of place a feature code stands for, in words; null for a code without any. */
  function kindOfPlace(code) {
    if (!code) return null;
    if (Object.hasOwn(featureWords, code)) return featureWords[code];
    const stem = featureStems.find(([letters]) => code.startsWith(letters));
    return stem ? stem[1] : null;
  }

  /** Whether a feature code stands for a country, of today or of former days. */
  const isCountry = (code) => Boolean(code && code.startsWith("PCL"));

  const methodWords = {
    gazetteer: "from the gazetteer",
    demonym: "from the name of a people",
    relative: "worked out from words",
    coordinates: "coordinates in the text",
    correction: "from a correction",
  };

  // ------------------------------------------------------------------------------------------- pieces of a page

  /** A link that leaks neither the page nor its window; plain text where the address isn't one of the web. */
  function webLink(text, address) {
    let url = null;
    try {
      url = new URL(address);
    } catch {
      // An address that can't be read is shown as the plain text.
    }
    if (!url || (url.protocol !== "https:" && url.protocol !== "http:")) return element("span", { dir: "auto" }, text);
    return element("a", { href: url.href, rel: "noopener noreferrer", target: "_blank", dir: "auto" }, text);
  }

  /** A sentence with the given UTF-16 ranges in <mark>; ranges that overlap a former one are left out. */
  function markedSentence(sentence, ranges) {
    const paragraph = element("p", { class: "sentence", dir: "auto" });
    let at = 0;
    for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0] || b[1] - a[1])) {
      if (start < at || end > sentence.length) continue;
      paragraph.append(sentence.slice(at, start), element("mark", {}, sentence.slice(start, end)));
      at = end;
    }
    paragraph.append(sentence.slice(at));
    return paragraph;
  }

  /** Title, source and day of a document, as the nodes of one line. */
  function documentLine(article) {
    const title = shorten(article.title || article.id, 160);
    const parts = [article.url ? webLink(title, article.url) : element("bdi", {}, title)];
    if (article.source) parts.push(element("bdi", {}, shorten(article.source, 60)));
    const day = dayOf(article.date);
    if (day !== null) parts.push(element("time", { datetime: article.date }, formatDay(day)));
    return separated(parts);
  }

  /** The nodes with a middle dot between them. */
  function separated(nodes) {
    return nodes.flatMap((node, index) => (index ? [" · ", node] : [node]));
  }

  /** Fills the line that says whose data and code the map stands on. */
  function writeAttribution(line, attribution) {
    const credits = attribution.map((one) => (one.text === "Natural Earth" ? { ...one, text: "Made with Natural Earth" } : one));
    const credit = (text, url) => {
      if (!credits.some((one) => one.text.includes(text.replace("Made with ", "")))) credits.push({ text, url });
    };
    credit("Made with Natural Earth", "https://www.naturalearthdata.com/");
    credit("Leaflet", "https://leafletjs.com/");
    line.replaceChildren(
      ...separated(
        credits.map((one) =>
          element("span", {}, webLink(one.text, one.url), one.licence ? " (" + one.licence + ")" : ""),
        ),
      ),
      " · Borders are those of Natural Earth: de facto, disputed ones included; they take no side.",
    );
  }

  // ------------------------------------------------------------------------------------------------------ theme

  const darkSystem = window.matchMedia("(prefers-color-scheme: dark)");
  const stillSystem = window.matchMedia("(prefers-reduced-motion: reduce)");
  const themeListeners = [];
  let colours = {};

  const isDark = () => (document.documentElement.dataset.theme || (darkSystem.matches ? "dark" : "light")) === "dark";

  /** The colour of a custom property of the style sheet, for what is drawn on a canvas. */
  function colour(name) {
    if (!(name in colours)) {
      colours[name] = getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
    }
    return colours[name];
  }

  function themeChanged(button) {
    colours = {};
    button.textContent = isDark() ? "Light colours" : "Dark colours";
    for (const listener of themeListeners) listener();
  }

  /** Follows the system's theme until the button overrides it. */
  function setUpTheme(button) {
    button.addEventListener("click", () => {
      document.documentElement.dataset.theme = isDark() ? "light" : "dark";
      themeChanged(button);
    });
    darkSystem.addEventListener("change", () => themeChanged(button));
    // Paper is always light, and what is on a canvas doesn't follow the style sheet by itself.
    window.matchMedia("print").addEventListener("change", () => themeChanged(button));
    themeChanged(button);
  }

  const onTheme = (listener) => themeListeners.push(listener);

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

  /**
   * The countries of a TopoJSON topology, ready to be drawn and asked: an arc that two countries share is a border,
   * one that only one has is a coast.
   */
  function readWorld(topology) {
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

  /**
   * Adds the part of a line that matters to a tile to a path. Points closer than half a pixel to the one before
   * are skipped, and so are runs of points that lie beyond the same side of the tile: they can't change what is
   * seen of the line or of its filling.
   */
  function tracePath(path, line, scale, originX, originY, size, closed) {
    const { points } = line;
    const margin = 4;
    let lastX = NaN, lastY = NaN, lastSide = 0, skippedX = 0, skippedY = 0, skipped = false;
    for (let i = 0; i < points.length; i += 2) {
      const x = points[i] * scale - originX, y = points[i + 1] * scale - originY;
      const side =
        (x < -margin ? 1 : x > size + margin ? 2 : 0) | (y < -margin ? 4 : y > size + margin ? 8 : 0);
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

  /**
   * The world in tiles: each is drawn once when it comes into view, so that moving the map costs nothing. A tile
   * keeps its paths, and a change of colours fills them anew.
   */
  const WorldLayer = L.GridLayer.extend({
    initialize(world, options) {
      L.GridLayer.prototype.initialize.call(this, options);
      this.world = world;
      this.fills = null; // Map from a country of the world to its colour, or null for plain land.
    },

    createTile(coords) {
      const size = this.getTileSize().x;
      const ratio = Math.min(window.devicePixelRatio || 1, 3);
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = size * ratio;
      const scale = 2 ** coords.z, originX = coords.x * size, originY = coords.y * size;
      const touches = (line) =>
        line.right * scale >= originX - 2 && line.left * scale <= originX + size + 2 &&
        line.bottom * scale >= originY - 2 && line.top * scale <= originY + size + 2;
      const trace = (lines, closed) => {
        let path = null;
        for (const line of lines) {
          if (!touches(line)) continue;
          path = path || new Path2D();
          tracePath(path, line, scale, originX, originY, size, closed);
        }
        return path;
      };
      canvas.drawing = {
        ratio, size, coords,
        countries: this.world.countries
          .map((country) => [country, trace(country.rings, true)])
          .filter(([, path]) => path),
        borders: trace(this.world.borders, false),
        coasts: trace(this.world.coasts, false),
      };
      this.paint(canvas);
      return canvas;
    },

    paint(canvas) {
      const { ratio, size, countries, borders, coasts, coords } = canvas.drawing;
      const context = canvas.getContext("2d");
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, size, size);
      const land = colour("land");
      for (const [country, path] of countries) {
        context.fillStyle = (this.fills && this.fills.get(country)) || land;
        context.fill(path, "evenodd");
      }
      context.lineJoin = "round";
      if (borders) {
        context.strokeStyle = colour("border");
        context.lineWidth = coords.z < 4 ? 0.7 : 1;
        context.stroke(borders);
      }
      if (coasts) {
        context.strokeStyle = colour("coast");
        context.lineWidth = coords.z < 4 ? 0.6 : 1;
        context.stroke(coasts);
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

  /**
   * Names on a canvas above the markers, none over another: those beside markers, the weightiest first, then those
   * of the countries where they still find room. What to name is asked anew after every move: `namesOf()` gives
   * names [{ latlng, text, radius, weight, isCountry }] and obstacles [{ latlng, radius }].
   */
  const NameLayer = L.Layer.extend({
    initialize(worldLayer, namesOf) {
      this.worldLayer = worldLayer;
      this.namesOf = namesOf;
      this.limit = 60;
    },
    onAdd(map) {
      if (!map.getPane("names")) {
        const pane = map.createPane("names");
        pane.style.zIndex = 620; // Above the clusters' 600, below tooltips and pop-ups.
        pane.style.pointerEvents = "none";
      }
      this.canvas = L.DomUtil.create("canvas", "leaflet-zoom-hide", map.getPane("names"));
      map.on("moveend resize", this.draw, this);
      map.on("popupopen popupclose", this.drawSoon, this);
      this.draw();
    },
    onRemove(map) {
      map.off("moveend resize", this.draw, this);
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
      context.font = "500 12px system-ui, sans-serif";
      context.textBaseline = "middle";
      context.lineJoin = "round";
      context.lineWidth = 3;
      context.strokeStyle = colour("halo");
      context.fillStyle = colour("text");
      const taken = [];
      const free = (box) => box.left >= 0 && box.right <= size.x && box.top >= 0 && box.bottom <= size.y &&
        !taken.some((other) =>
          box.left < other.right && box.right > other.left && box.top < other.bottom && box.bottom > other.top);
      // No half of a name looks out from below what lies on the map.
      const corner = map.getContainer().getBoundingClientRect();
      for (const above of map.getContainer().parentElement.querySelectorAll(".panel, .leaflet-bar, .leaflet-popup")) {
        const { left, right, top, bottom } = above.getBoundingClientRect();
        taken.push({ left: left - corner.left, right: right - corner.left, top: top - corner.top, bottom: bottom - corner.top });
      }
      const { names, obstacles } = this.namesOf();
      for (const { latlng, radius } of obstacles) {
        const { x, y } = map.latLngToContainerPoint(latlng);
        taken.push({ left: x - radius, right: x + radius, top: y - radius, bottom: y + radius });
      }
      let drawn = 0;
      const marked = new Set();
      for (const { latlng, text, radius, isCountry } of names.sort((a, b) => b.weight - a.weight)) {
        const { x, y } = map.latLngToContainerPoint(latlng);
        if (x < 0 || y < 0 || x > size.x || y > size.y) continue;
        // A country with a marker of its own has its name there.
        if (isCountry) marked.add(countryAt(this.worldLayer.world, L.latLng(latlng)));
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
        context.strokeText(name, box.left + 3, y);
        context.fillText(name, box.left + 3, y);
        drawn++;
      }
      this.drawCountries(context, free, taken, marked);
    },

    drawCountries(context, free, taken, marked) {
      const map = this._map, size = map.getSize(), zoom = map.getZoom(), scale = 2 ** zoom;
      const { world, fills } = this.worldLayer;
      const origin = map.getPixelBounds().min;
      context.font = "500 " + (zoom < 4 ? 10 : zoom < 6 ? 12 : 14) + "px system-ui, sans-serif";
      context.textAlign = "center";
      for (const country of world.countries) {
        const fill = fills && fills.get(country);
        let width = 0;
        for (const room of country.rooms) {
          const x = room.x * scale - origin.x, y = room.y * scale - origin.y;
          if (marked.has(country) || room.width * scale < 26 || y < 0 || y > size.y) continue;
          width = width || context.measureText(country.name).width;
          const box = { left: x - width / 2 - 3, right: x + width / 2 + 3, top: y - 9, bottom: y + 9 };
          if (width > room.width * scale * 0.9 || !free(box)) continue;
          taken.push(box);
          if (fill) context.strokeText(country.name, x, y);
          context.fillStyle = colour(fill ? "text" : "country-name");
          context.fillText(country.name, x, y);
          break;
        }
      }
      context.textAlign = "start";
    },
  });

  // ------------------------------------------------------------------------------------------------------ the map

  /** A map of the world with nothing on it yet: { map, world, worldLayer }. */
  function createMap(container, world) {
    const narrow = container.clientWidth < 700;
    const map = L.map(container, {
      preferCanvas: true,
      attributionControl: false, // The credits are written below the map, where they can't be covered.
      minZoom: narrow ? 0 : 1,
      maxZoom: 11,
      zoomControl: false,
      worldCopyJump: false,
      fadeAnimation: false,
      zoomAnimation: !stillSystem.matches,
      inertia: !stillSystem.matches,
      renderer: L.canvas({ padding: 0.3, tolerance: 4 }),
    });
    L.control.zoom({ position: "bottomright" }).addTo(map);
    const worldLayer = new WorldLayer(world, {
      noWrap: true,
      bounds: [[-highestLatitude, -180], [highestLatitude, 180]],
      keepBuffer: 3,
      updateWhenZooming: false,
    }).addTo(map);
    onTheme(() => worldLayer.repaint());
    // The world is drawn once. Leaflet's own maximal bounds would pull back a map that moved to make room for a
    // pop-up near a pole; what keeps anybody from getting lost is that the middle stays in the world.
    map.on("moveend", () => {
      const middle = map.getCenter();
      const inside = L.latLng(Math.max(-80, Math.min(84, middle.lat)), Math.max(-180, Math.min(180, middle.lng)));
      if (!inside.equals(middle, 1e-6)) map.panTo(inside, { animate: !stillSystem.matches });
    });
    map.setView([20, 10], narrow ? 1 : 2, { animate: false }); // Until there is something to fit to.
    return { map, worldLayer };
  }

  /** Moves the map to a position, without flying where motion isn't wanted. */
  function moveTo(map, latlng, zoom) {
    map.setView(latlng, zoom, { animate: !stillSystem.matches && map.getBounds().pad(1).contains(latlng) });
  }

  /** Zoom at which a place of such a kind fills the map well. */
  function zoomOfPlace(code) {
    if (code === "CONT" || code === "OCN") return 3;
    if (isCountry(code) || code === "SEA" || code === "RGN") return 5;
    // Closer up there would be no border or coast in view to tell where a town lies.
    return 7;
  }

  /**
   * Shows the map so that `share` of the mentions are in view, or all of them where that doesn't take much more of
   * the map: one name at the other end of the world shall not make all others small. `rows` are [lat, lon, mentions].
   */
  function fitToMost(map, rows, share, maxZoom) {
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
    const zoom = Math.max(zoomOfWorld, Math.min(maxZoom, map.getBoundsZoom(bounds, false, L.point(96, 96))));
    // The middle on the map, which isn't that of the latitudes.
    const middle = map.project(bounds.getSouthWest(), zoom).add(map.project(bounds.getNorthEast(), zoom)).divideBy(2);
    map.setView(map.unproject(middle, zoom), zoom, { animate: false });
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
    if (zoom === null || zoom === map.getZoom()) {
      map.panInside(latlng, {
        paddingTopLeft: [left + width / 2, above + 16],
        paddingBottomRight: [16 + width / 2, 16],
        animate: !stillSystem.matches && map.getBounds().pad(1).contains(latlng),
      });
    } else {
      // No farther from the map's middle than the pop-up needs.
      const right = Math.max(0, left + (width - size.x) / 2), down = Math.max(0, above + 16 - size.y / 2);
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
      L.DomEvent.stopPropagation(event);
      open(relative, point);
    });
    styleRelative(group);
    return group;
  }

  /** How many pixels a relative place takes up at a zoom, from its farthest anchor to the rim of its region. */
  function extentOfRelative(relative, zoom) {
    const kmOfPixel = (40075 * Math.cos((relative.point[0] * Math.PI) / 180)) / (tileSize * 2 ** zoom);
    return (relative.uncertainty_km * 2 + (relative.distance_km || 0)) / kmOfPixel;
  }

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
    readBlock, element, formatNumber, formatShort, formatKm, plural, dayOf, formatDay, formatDayBriefly, shorten, fold, kindOfPlace, isCountry,
    methodWords, webLink, markedSentence, documentLine, separated, writeAttribution, isDark, colour, setUpTheme,
    onTheme, stillSystem, shortestWay, outlines, readWorld, countryAt, NameLayer, createMap, zoomOfPlace, fitToMost,
    openPopup, wordsOfRelative, relativeCard, relativeLayer, extentOfRelative, styleRelative,
  };
})();
