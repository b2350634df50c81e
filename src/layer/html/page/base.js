// What all pages share: words and numbers, the theme, and sentences with their names marked.
//
// Nothing here turns text of an article into markup: every text goes through `textContent` or a text node.
const base = (function () {
  "use strict";

  // ---------------------------------------------------------------------------------------------------- reading

  /** The parsed content of a JSON block of the page. */
  function readBlock(id) {
    return JSON.parse(document.getElementById(id).textContent);
  }

  /** The bytes of a block of the page that holds them as a text of Base64. */
  const readBytes = (id) => Uint8Array.from(atob(readBlock(id)), (letter) => letter.charCodeAt(0));

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

  const areaStems = ["PCL", "ADM", "CONT", "RGN", "TERR", "ZN", "LTER", "AREA", "OCN", "SEA", "GULF", "PRSH", "CST"];
  /** Whether a feature code stands for an area, which a dot on a map would misplace. */
  const isArea = (code) => Boolean(code && areaStems.some((stem) => code.startsWith(stem)));

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

  return {
    readBlock, readBytes, element, formatNumber, formatShort, formatKm, plural, dayOf, formatDay, formatDayBriefly, shorten, fold, kindOfPlace, isCountry, isArea, compass,
    methodWords, webLink, markedSentence, documentLine, separated, writeAttribution, colour, setUpTheme,
    onTheme, stillSystem,
  };
})();
