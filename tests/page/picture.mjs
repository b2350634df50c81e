// Takes the pictures of the README from a page of `dateline map`: node picture.mjs map.html light.png dark.png
import { pathToFileURL } from "node:url";
import { resolve } from "node:path";
import { launch, milliseconds, settle } from "./browser.mjs";

const [file, light, dark] = process.argv.slice(2);
if (!dark) {
  console.error("usage: node picture.mjs map.html light.png dark.png");
  process.exit(2);
}
const browser = await launch();
try {
  const open = async (colorScheme) => {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, deviceScaleFactor: 1, colorScheme, reducedMotion: "reduce" });
    await page.goto(pathToFileURL(resolve(file)).href);
    await page.waitForFunction(() => document.documentElement.dataset.ready, null, { timeout: milliseconds });
    return page;
  };

  // The town of the Middle East named most, of those that a place to the south was worked out from: the pop-up
  // covers what lies to the north.
  const page = await open("light");
  const data = JSON.parse(await page.textContent("#data"));
  const counts = new Map();
  for (const [place] of data.mentions) counts.set(place, (counts.get(place) || 0) + 1);
  const isSeen = ([name, lat, lon]) => lat > 12 && lat < 42 && lon > 26 && lon < 63 &&
    data.relative.some((one) => one.distance_km && one.point[0] < lat && one.anchors.some((anchor) => anchor[2] === name));
  const [chosen] = [...counts].filter(([place]) => isSeen(data.places[place])).sort((a, b) => b[1] - a[1] || a[0] - b[0])[0];
  await page.locator("#layer-relative").check();
  await page.locator(`#list button[data-place="${chosen}"]`).click();
  await settle(page);
  await page.screenshot({ path: light });

  const overview = await open("dark");
  await overview.locator("#layer-countries").check();
  await settle(overview);
  await overview.screenshot({ path: dark });
} finally {
  await browser.close();
}
