// Files that a page gives: tables, GeoJSON, pictures.
const download = (function () {
  "use strict";

  /** Gives a file of some content to the browser to keep. */
  function save(name, content, type) {
    const address = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
    const link = base.element("a", { href: address, download: name });
    link.click();
    // The browser has begun to read it by then.
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  }

  /** A title as the name of a file. */
  const nameOf = (title) => title.normalize("NFC").replace(/[^\p{L}\p{M}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "").slice(0, 60).toLowerCase() || "map";

  // As `dateline map` writes them: what controls a terminal is told, not done.
  const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029]/g;
  const cell = (value) => {
    const text = (value === null || value === undefined ? "" : String(value)).replace(controls, (one) => "\\u" + one.charCodeAt(0).toString(16).padStart(4, "0"));
    return /[",\r\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
  };
  /** Rows of objects as CSV (RFC 4180), with the columns in this order. */
  const csv = (columns, rows) => [columns, ...rows.map((row) => columns.map((column) => row[column]))].map((row) => row.map(cell).join(",") + "\r\n").join("");

  /** Rows with `latitude` and `longitude` as GeoJSON (RFC 7946), the other columns as properties. */
  function geojson(columns, rows) {
    const features = rows.map((row) => ({
      type: "Feature",
      geometry: { type: "Point", coordinates: [row.longitude, row.latitude] },
      properties: Object.fromEntries(columns.filter((column) => column !== "latitude" && column !== "longitude").map((column) => [column, row[column] ?? null])),
    }));
    // A feature a line, so that two files can be compared.
    return '{"type":"FeatureCollection","features":[\n' + features.map((feature) => JSON.stringify(feature)).join(",\n") + "\n]}\n";
  }

  return { save, nameOf, csv, geojson };
})();
