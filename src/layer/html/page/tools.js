// What one does on a map beside choosing places: read a position off it, and measure a distance.
const tools = (function () {
  "use strict";

  const { element } = base;

  /** Writes the position under the pointer into a line, or that of the middle of the map. */
  function showPosition(map, line) {
    map.on("mousemove", (event) => {
      const at = event.latlng.wrap();
      line.textContent = coordinates.line(at.lat, at.lng);
    });
    const middle = () => {
      const at = map.getCenter().wrap();
      line.textContent = "Middle: " + coordinates.line(at.lat, at.lng);
    };
    map.on("mouseout moveend", middle);
    middle();
  }

  /** Measures the way between two points. Whoever has the map gives it the clicks while it is `active`. */
  class Measure {
    /** `changed()` is called when it begins or ends, `say(words)` with what was measured. */
    constructor(map, { changed, say }) {
      Object.assign(this, { map, changed, say, active: false, from: null, drawn: null });
    }

    begin() {
      this.clear();
      this.active = true;
      this.changed();
    }

    /** Ends it; what was measured stays. */
    end() {
      this.active = false;
      this.from = null;
      this.changed();
    }

    /** Takes away what was measured; whether there was anything. */
    clear() {
      const was = this.drawn !== null;
      if (was) this.drawn.remove();
      this.drawn = this.from = null;
      return was;
    }

    point(at) {
      return L.circleMarker(at, { radius: 4, color: base.colour("link"), interactive: false });
    }

    take(latlng) {
      const at = [latlng.lat, latlng.lng];
      if (!this.from) {
        this.clear();
        this.drawn = L.featureGroup([this.point(at)]).addTo(this.map);
        this.from = at;
        this.changed();
        return;
      }
      const { from } = this;
      this.from = null;
      for (const part of globe.shortestWay(from, at)) {
        this.drawn.addLayer(L.polyline(part, { color: base.colour("link"), weight: 2, interactive: false }));
      }
      const end = this.point(at);
      this.drawn.addLayer(end);
      const { km, bearing, isRough } = coordinates.inverse(from, at);
      const words = (isRough ? "about " : "") + base.formatKm(km) + (bearing === null ? "" : ", " + (Math.round(bearing) % 360) + "° from north");
      end.bindTooltip(element("span", {}, words), { permanent: true, direction: "right", offset: [8, 0] }).openTooltip();
      this.say("Distance: " + words);
    }
  }

  const measureHint = "Click two points, or press Enter for the middle of the map. Esc ends.";

  /**
   * Sets up measuring on a map that asks for nothing else: a button, its hint, clicks, Enter for the middle, Escape. Whether
   * a click on the map is meant for it says `globe.isAsking`; `escape` ends it, and says whether there was anything to end.
   */
  function setUpMeasure(map, { button, hint, container }) {
    const changed = () => {
      hint.hidden = !measure.active;
      hint.textContent = measure.active ? measureHint : "";
      button.setAttribute("aria-pressed", String(measure.active));
      container.classList.toggle("pointing", measure.active);
    };
    const measure = new Measure(map, { changed, say: (words) => (hint.textContent = words) });
    button.addEventListener("click", () => {
      if (measure.active) return measure.end();
      measure.begin();
      container.focus();
    });
    globe.onAsking(() => measure.active);
    map.on("click", (event) => measure.active && measure.take(event.latlng.wrap()));
    container.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target !== container || !measure.active) return;
      event.preventDefault();
      measure.take(map.getCenter().wrap());
    });
    return {
      escape() {
        const was = measure.active;
        if (was) measure.end();
        return measure.clear() || was;
      },
    };
  }

  return { showPosition, Measure, measureHint, setUpMeasure };
})();
