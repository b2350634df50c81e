// Positions as people write them: decimal degrees, and MGRS by way of UTM on WGS 84; and how far it is between two.
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

  /**
   * The shortest way between two positions on WGS 84: { km, bearing, isRough }, the bearing in degrees from north, null of one
   * point (Vincenty 1975, inverse). Between points that lie nearly opposite, where the series does not end, it is that of the
   * sphere, without a bearing: `isRough`.
   */
  function inverse([lat1, lon1], [lat2, lon2]) {
    const a = 6378137, b = a * (1 - flattening);
    const reduced = (lat) => Math.atan((1 - flattening) * Math.tan(lat * radians));
    const u1 = reduced(lat1), u2 = reduced(lat2);
    const [sin1, cos1, sin2, cos2] = [Math.sin(u1), Math.cos(u1), Math.sin(u2), Math.cos(u2)];
    const apart = ((((lon2 - lon1) % 360) + 540) % 360 - 180) * radians;
    let lambda = apart;
    for (let round = 0; round < 100; round++) {
      const sinLambda = Math.sin(lambda), cosLambda = Math.cos(lambda);
      const sinSigma = Math.hypot(cos2 * sinLambda, cos1 * sin2 - sin1 * cos2 * cosLambda);
      if (sinSigma === 0) return { km: 0, bearing: null, isRough: false };
      const cosSigma = sin1 * sin2 + cos1 * cos2 * cosLambda;
      const sigma = Math.atan2(sinSigma, cosSigma);
      const sinAlpha = (cos1 * cos2 * sinLambda) / sinSigma, cos2Alpha = 1 - sinAlpha ** 2;
      const cosMiddle = cos2Alpha < 1e-15 ? 0 : cosSigma - (2 * sin1 * sin2) / cos2Alpha;
      const c = (flattening / 16) * cos2Alpha * (4 + flattening * (4 - 3 * cos2Alpha));
      const before = lambda;
      lambda = apart + (1 - c) * flattening * sinAlpha *
        (sigma + c * sinSigma * (cosMiddle + c * cosSigma * (2 * cosMiddle ** 2 - 1)));
      if (Math.abs(lambda - before) > 1e-12) continue;
      const k = (cos2Alpha * (a ** 2 - b ** 2)) / b ** 2;
      const A = 1 + (k / 16384) * (4096 + k * (-768 + k * (320 - 175 * k)));
      const B = (k / 1024) * (256 + k * (-128 + k * (74 - 47 * k)));
      const away = B * sinSigma * (cosMiddle + (B / 4) * (cosSigma * (2 * cosMiddle ** 2 - 1) -
        (B / 6) * cosMiddle * (4 * sinSigma ** 2 - 3) * (4 * cosMiddle ** 2 - 3)));
      const bearing = Math.atan2(cos2 * Math.sin(lambda), cos1 * sin2 - sin1 * cos2 * Math.cos(lambda)) / radians;
      return { km: (b * A * (sigma - away)) / 1000, bearing: (bearing + 360) % 360, isRough: false };
    }
    const cosine = Math.sin(lat1 * radians) * Math.sin(lat2 * radians) + Math.cos(lat1 * radians) * Math.cos(lat2 * radians) * Math.cos(apart);
    return { km: 6371.0088 * Math.acos(Math.max(-1, Math.min(1, cosine))), bearing: null, isRough: true };
  }

  const decimals = (lat, lon, places = 4) => lat.toFixed(places) + ", " + lon.toFixed(places);

  /** Both ways of writing, for one line. */
  function line(lat, lon) {
    const grid = mgrs(lat, lon);
    return decimals(lat, lon) + (grid ? " · " + grid : "");
  }

  return { mgrs, inverse, decimals, line };
})();
