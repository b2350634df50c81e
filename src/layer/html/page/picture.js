// The view of a map as a picture: SVG, made of what the layers of the map show, and PNG of that.
const picture = (function () {
  "use strict";

  const { colour } = base;

  const escapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  /** A text as it can stand in XML, which has no control characters. */
  const escaped = (text) => String(text).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "").replace(/[&<>"]/g, (letter) => escapes[letter]);
  const number = (value) => String(Math.round(value * 10) / 10);

  function tag(name, attributes, content = null) {
    const written = Object.entries(attributes).filter(([, value]) => value !== null && value !== undefined && value !== "")
      .map(([key, value]) => " " + key + '="' + escaped(value) + '"').join("");
    return "<" + name + written + (content === null ? "/>" : ">" + content + "</" + name + ">");
  }

  /** A path as the text of SVG's attribute `d`. */
  class PathText {
    constructor() {
      this.parts = [];
    }
    moveTo(x, y) {
      this.parts.push("M" + number(x) + " " + number(y));
    }
    lineTo(x, y) {
      this.parts.push("L" + number(x) + " " + number(y));
    }
    closePath() {
      this.parts.push("Z");
    }
    toString() {
      return this.parts.join("");
    }
  }

  function world(map, worldLayer, size) {
    const origin = map.getPixelBounds().min, zoom = map.getZoom();
    const view = { scale: 2 ** zoom, x: origin.x, y: origin.y, width: size.x, height: size.y };
    return globe.worldPaths(worldLayer.world, (country) => worldLayer.fillOf(country), zoom, view, () => new PathText()).map(({ path, fill, stroke, width }) =>
      tag("path", { d: path, fill: fill ? fill() : "none", "fill-rule": "evenodd", stroke: stroke ? stroke() : null, "stroke-width": stroke ? width : null, "stroke-linejoin": "round" }));
  }

  const style = ({ options }) => ({
    fill: options.fill ? options.fillColor || options.color : "none",
    "fill-opacity": options.fill ? options.fillOpacity : null,
    stroke: options.stroke ? options.color : null,
    "stroke-width": options.weight, "stroke-opacity": options.opacity, "stroke-dasharray": options.dashArray,
  });

  /** What is drawn on the map's canvas, in its order. */
  function vectors(map) {
    const written = [];
    // Leaflet has no public way to the order; its version is pinned.
    const renderer = map.options.renderer || map._renderer;
    for (let at = renderer && renderer._drawFirst; at; at = at.next) {
      const { layer } = at;
      if (layer instanceof L.CircleMarker) {
        if (layer._empty && layer._empty()) continue;
        const { x, y } = map.layerPointToContainerPoint(layer._point);
        written.push(tag("ellipse", { cx: number(x), cy: number(y), rx: number(layer._radius), ry: number(layer._radiusY || layer._radius), ...style(layer) }));
      } else if (layer._parts) {
        const path = new PathText();
        for (const part of layer._parts) {
          part.forEach((point, index) => {
            const { x, y } = map.layerPointToContainerPoint(point);
            if (index) path.lineTo(x, y);
            else path.moveTo(x, y);
          });
          if (layer instanceof L.Polygon && part.length) path.closePath();
        }
        if (path.parts.length) written.push(tag("path", { d: path, "fill-rule": "evenodd", "stroke-linejoin": "round", ...style(layer) }));
      }
    }
    return written;
  }

  /** Clusters and pins, which are elements of the page: a disc with what is written on it. */
  function discs(map, size) {
    const corner = map.getContainer().getBoundingClientRect(), written = [];
    for (const icon of map.getPane("markerPane").children) {
      const disc = icon.querySelector(".pin-face") || icon, look = getComputedStyle(disc);
      const { left, top, width, height } = disc.getBoundingClientRect();
      const x = left - corner.left + width / 2, y = top - corner.top + height / 2;
      if (look.visibility === "hidden" || x < -width || y < -height || x > size.x + width || y > size.y + height) continue;
      written.push(tag("circle", { cx: number(x), cy: number(y), r: number(width / 2), fill: look.backgroundColor, stroke: look.borderTopColor, "stroke-width": parseFloat(look.borderTopWidth) || 0 }));
      written.push(tag("text", { x: number(x), y: number(y), fill: look.color, "text-anchor": "middle", "dominant-baseline": "central", "font-size": look.fontSize, "font-weight": look.fontWeight }, escaped(disc.textContent)));
    }
    return written;
  }

  const label = ({ text, x, y, font, colour: name, halo }) => {
    const [, weight, pixels] = font.match(/^(\d+ )?(\d+)px/);
    return tag("text", {
      x: number(x), y: number(y), fill: colour(name), "dominant-baseline": "central", "font-size": pixels, "font-weight": weight ? weight.trim() : null,
      stroke: halo ? colour("halo") : null, "stroke-width": halo || null, "stroke-linejoin": halo ? "round" : null, "paint-order": halo ? "stroke" : null,
    }, escaped(text));
  };

  /** The scale, as long as it is on the map. */
  function scale(map, size) {
    const line = map.getContainer().querySelector(".leaflet-control-scale-line");
    if (!line) return [];
    const x = 12, y = size.y - 12, end = x + line.offsetWidth;
    return [
      tag("path", { d: "M" + x + " " + (y - 5) + "V" + y + "H" + end + "V" + (y - 5), fill: "none", stroke: colour("quiet"), "stroke-width": 1.5 }),
      label({ text: line.textContent, x: x + 4, y: y - 9, font: "11px", colour: "text", halo: 3 }),
    ];
  }

  /** What is written beside a point for good: a distance. */
  function notes(map) {
    const corner = map.getContainer().getBoundingClientRect();
    return Array.from(map.getPane("tooltipPane").children).map((note) => {
      const { left, top, height } = note.getBoundingClientRect();
      return label({ text: note.textContent, x: left - corner.left + 9, y: top - corner.top + height / 2, font: "500 13px", colour: "text", halo: 3 });
    });
  }

  /**
   * The view as SVG. `layers` are those with labels and dots of their own (towns, names), `credits` whose data it is. What
   * is no part of the map, pop-ups and buttons, is left out; in the place of tiles of others there is our own world.
   */
  function svg(map, worldLayer, layers, credits) {
    const size = map.getSize();
    const dots = layers.flatMap((layer) => layer.dots || []).map(({ x, y }) => tag("circle", { cx: number(x), cy: number(y), r: 2, fill: colour("country-name") }));
    const names = layers.flatMap((layer) => layer.labels).map(label);
    const credit = tag("text", { x: size.x - 8, y: size.y - 10, "text-anchor": "end", "font-size": 10, fill: colour("quiet"), stroke: colour("halo"), "stroke-width": 3, "paint-order": "stroke" }, escaped(credits));
    const content = [
      tag("rect", { width: size.x, height: size.y, fill: colour("sea") }), ...world(map, worldLayer, size), ...dots, ...vectors(map), ...discs(map, size), ...names, ...notes(map),
      ...scale(map, size), credit,
    ];
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tag("svg", {
      xmlns: "http://www.w3.org/2000/svg", width: size.x, height: size.y, viewBox: "0 0 " + size.x + " " + size.y, "font-family": "system-ui, sans-serif",
    }, "\n" + content.join("\n") + "\n") + "\n";
  }

  /** An SVG picture as PNG, `times` as many pixels wide and high. */
  async function png(drawing, { x, y }, times = 2) {
    const image = new Image();
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(drawing);
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = x * times;
    canvas.height = y * times;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((done, fail) => canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("The picture is too large for this browser."))), "image/png"));
  }

  return { svg, png };
})();
