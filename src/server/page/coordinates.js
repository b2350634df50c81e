// Positions as people write them: decimal degrees, and MGRS by way of UTM on WGS 84.
const coordinates = (function () {
  "use strict";

  const radians = Math.PI / 180;

  // WGS 84, and the series of Krueger to the fourth power of the third flattening n: exact to a millimetre within a zone.
  const flattening = 1 / 298.257223563;
  const n = flattening / (2 - flattening);
  const scale = 0.9996;
  const radius = (6378137 / (1 + n)) * (1 + n ** 2 / 4 + n ** 4 / 64) * scale;
  const alpha = [
    n / 2 - (2 * n ** 2) / 3 + (5 * n ** 3) / 16 + (41 * n ** 4) / 180,
    (13 * n ** 2) / 48 - (3 * n ** 3) / 5 + (557 * n ** 4) / 1440,
    (61 * n ** 3) / 240 - (103 * n ** 4) / 140,
    (49561 * n ** 4) / 161280,
  ];

  /** The UTM zone of a position, with the exceptions of Norway and Svalbard. */
  function zoneOf(lat, lon) {
    if (lat >= 56 && lat < 64 && lon >= 3 && lon < 12) return 32;
    if (lat >= 72 && lat < 84 && lon >= 0 && lon < 42) return lon < 9 ? 31 : lon < 21 ? 33 : lon < 33 ? 35 : 37;
    return Math.min(60, Math.floor((lon + 180) / 6) + 1);
  }

  /** UTM of a position: { zone, easting, northing }, the northing in the south counted from 10,000 km below. */
  function utm(lat, lon) {
    const zone = zoneOf(lat, lon);
    const away = (lon - (zone * 6 - 183)) * radians;
    const sine = Math.sin(lat * radians);
    const root = (2 * Math.sqrt(n)) / (1 + n);
    const t = Math.sinh(Math.atanh(sine) - root * Math.atanh(root * sine));
    const xi = Math.atan2(t, Math.cos(away));
    const eta = Math.atanh(Math.sin(away) / Math.sqrt(1 + t * t));
    let north = xi, east = eta;
    alpha.forEach((factor, index) => {
      const times = 2 * (index + 1);
      north += factor * Math.sin(times * xi) * Math.cosh(times * eta);
      east += factor * Math.cos(times * xi) * Math.sinh(times * eta);
    });
    return { zone, easting: 500000 + radius * east, northing: (lat < 0 ? 10000000 : 0) + radius * north };
  }

  const bands = "CDEFGHJKLMNPQRSTUVWX";
  const columns = ["STUVWXYZ", "ABCDEFGH", "JKLMNPQR"]; // By zone modulo 3.
  const rows = "ABCDEFGHJKLMNPQRSTUV";

  /** MGRS of a position, to a metre; null near the poles, which UTM leaves out. */
  function mgrs(lat, lon) {
    if (!(lat >= -80 && lat <= 84) || !(Math.abs(lon) <= 180)) return null;
    const wrapped = lon === 180 ? -180 : lon;
    const { zone, easting, northing } = utm(lat, wrapped);
    const band = bands[Math.min(19, Math.floor((lat + 80) / 8))];
    // MGRS names the square that holds the point: digits are cut off, not rounded.
    const east = Math.floor(easting + 1e-6), north = Math.floor(northing + 1e-6);
    const column = columns[zone % 3][Math.floor(east / 100000) - 1];
    const row = rows[(Math.floor(north / 100000) + (zone % 2 ? 0 : 5)) % 20];
    const digits = (value) => String(value % 100000).padStart(5, "0");
    return zone + band + " " + column + row + " " + digits(east) + " " + digits(north);
  }

  const decimals = (lat, lon, places = 4) => lat.toFixed(places) + ", " + lon.toFixed(places);

  /** Both ways of writing, for one line. */
  function line(lat, lon) {
    const grid = mgrs(lat, lon);
    return decimals(lat, lon) + (grid ? " · " + grid : "");
  }

  return { utm, mgrs, decimals, line };
})();
