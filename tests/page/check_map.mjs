// Checks a page of `dateline map`: node check_map.mjs map.html [screenshot_folder]
import { readFileSync } from "node:fs";

import { atLeast, check, checkPage, milliseconds, namelessControls, settle, skip, tabTo, that } from "./browser.mjs";

const number = (value) => new Intl.NumberFormat("en").format(value);
const counted = (count, word) => `${number(count)} ${word}${count === 1 ? "" : "s"}`;
// Areas are no dots: their mentions are counted beside the markers.
const onMap = () => dateline.markersOnMap().reduce((sum, one) => sum + one, 0) + dateline.mentionsOfAreas();
const dayOf = (document) => (document.date ? Math.round(Date.parse(document.date + "T00:00:00Z") / 86400000) : null);

await checkPage(async ({ page, data, open, look }) => {
  const mentionsOf = new Map();
  for (const mention of data.mentions) {
    if (!mentionsOf.has(mention[0])) mentionsOf.set(mention[0], []);
    mentionsOf.get(mention[0]).push(mention);
  }
  const counts = new Map([...mentionsOf].map(([place, mentions]) => [place, mentions.length]));
  const ranked = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  const summary = () => page.textContent("#summary");
  const row = (place) => page.locator(`#list button[data-place="${place}"]`);
  const popup = page.locator(".leaflet-popup .card");

  // The list is written as far as it is scrolled.
  const writeWholeList = async () => {
    for (let last = -1, rows = 0; rows !== last; ) {
      last = rows;
      rows = await page.evaluate(async () => {
        const list = document.getElementById("list");
        list.scrollTop = list.scrollHeight;
        await new Promise((done) => setTimeout(done, 60));
        return list.children.length;
      });
    }
  };
  const chooseFiltered = async (place) => {
    await page.fill("#filter", data.places[place][0].slice(0, 200).trim());
    await writeWholeList();
    await row(place).click({ timeout: milliseconds });
    await popup.waitFor();
  };

  check("the heading is the title", await page.textContent("h1"), data.title);
  for (const credit of new Set([...data.attribution.map((one) => one.text), "Natural Earth", "Leaflet", "de facto"])) {
    check(`the credits name ${credit}`, await page.textContent("#attribution"), that(credit, (text) => text.includes(credit)));
  }
  check("the credits are in view", await page.locator("#attribution").isVisible(), true);
  if (data.counts.unplaced) {
    check("it says how many mentions could not be placed", await summary(),
      that(number(data.counts.unplaced), (text) => text.includes(number(data.counts.unplaced) + " mention")));
  }
  const leftOut = [data.left_out.mentions, data.left_out.links].filter(Boolean);
  check("it says what it leaves out", leftOut.length ? await page.textContent("#left-out") : "",
    that(leftOut.map(number).join(" and "), (text) => leftOut.every((one) => text.includes(number(one)))));
  check("the world is drawn", await page.evaluate(() => {
    const colours = new Set();
    for (const tile of document.querySelectorAll(".leaflet-tile-pane canvas")) {
      const { data: pixels } = tile.getContext("2d").getImageData(0, 0, tile.width, tile.height);
      for (let i = 0; i < pixels.length; i += 4000) colours.add(pixels[i + 3]);
    }
    return colours.size;
  }), atLeast(2));

  if (!data.mentions.length) {
    check("it says that there are no places", await page.textContent("#nothing"), "No places");
    check("and shows that", await page.locator("#nothing").isVisible(), true);
    check("the list is empty", await page.locator("#list li").count(), 0);
    const { controls, nameless } = await namelessControls(page);
    check(`all ${controls} controls have an accessible name`, nameless, []);
    await look(page, "empty");
    return;
  }

  // ----------------------------------------------------------------------------------------- markers and the list
  check("the summary counts all mentions", await summary(),
    that(`${number(data.mentions.length)} mention…`, (text) => text.startsWith(number(data.mentions.length) + " mention")));
  await look(page, "map-light");
  const view = await page.evaluate(() => [dateline.map.getCenter(), dateline.map.getZoom()]);
  await page.evaluate(() => void dateline.map.setView([10, 0], 1, { animate: false }));
  await settle(page);
  check("markers and clusters together with areas, which have none, stand for all mentions",
    await page.evaluate(onMap), data.mentions.length);
  check("clusters have an icon", await page.locator(".cluster").count(), atLeast(counts.size > 200 ? 2 : 0));
  await page.evaluate(([centre, zoom]) => void dateline.map.setView(centre, zoom, { animate: false }), view);

  const listed = await page.locator("#list button").evaluateAll((buttons) => buttons.slice(0, 20).map((button) =>
    [Number(button.dataset.place), Number(button.querySelector(".number").firstChild.data.replaceAll(",", ""))]));
  check("the list is by falling number of mentions", listed, ranked.slice(0, 20));
  await writeWholeList();
  check("scrolled to its end it holds every place", await page.locator("#list li").count(), counts.size);
  check("its longest name is shortened", await page.locator("#list .name").evaluateAll((names) =>
    Math.max(...names.map((name) => Array.from(name.textContent).length))), that("at most 60", (found) => found <= 60));

  // ---------------------------------------------------------------------------------------------- the filter box
  const fold = (text) =>
    text.normalize("NFD").replace(/\p{M}+/gu, "").toLowerCase().replace(/ı/g, "i").replace(/[‘’ʻʼ`´]/g, "'");
  const spelt = (place) => [...new Set(data.mentions.filter((mention) => mention[0] === place).map((mention) => mention[8].slice(0, 100)))].slice(0, 20);
  const word = fold(data.places[ranked[0][0]][0]).split(/\s+/)[0].slice(0, 12);
  const named = ranked.filter(([place]) => {
    const [name, , , country, , , division] = data.places[place];
    return fold([name.slice(0, 300), ...spelt(place), division || "", country >= 0 ? data.countries[country][0] : ""].join(" ")).includes(word);
  });
  await page.fill("#filter", word);
  const found = (text) => page.waitForFunction((wanted) => document.getElementById("found").textContent.startsWith(wanted), text, { timeout: milliseconds });
  await found(number(named.length) + " place");
  const namedSum = named.reduce((sum, [, mentions]) => sum + mentions, 0);
  check(`the filter "${word}" finds ${named.length} and says so`, await page.textContent("#found"),
    `${counted(named.length, "place")} found, ${counted(namedSum, "mention")}`);
  await page.fill("#filter", "no place has such a name");
  await found("No places");
  check("a filter that finds nothing says so", await page.locator("#list li").count(), 0);
  await page.fill("#filter", "");
  await found(number(counts.size) + " place");

  // -------------------------------------------------------------------------------------------------- the pop-up
  const sentencesOf = (place) => {
    const groups = new Map();
    mentionsOf.get(place).forEach((mention, index) => {
      const key = mention[2] < 0 ? "m" + index : mention[1] + "/" + mention[2];
      groups.set(key, [...(groups.get(key) || []), mention]);
    });
    return [...groups.values()].map((mentions) => ({
      text: mentions[0][2] < 0 ? mentions[0][8] : data.sentences[mentions[0][2]],
      marks: mentions.map((mention) => mention[8]),
    }));
  };
  const shownSentences = (most) => popup.locator(".sentences > li > .sentence").evaluateAll((nodes, limit) =>
    nodes.slice(0, limit).map((node) => ({ text: node.textContent, marks: [...node.querySelectorAll("mark")].map((mark) => mark.textContent) })), most);
  // A sentence that overlapping mentions share is checked by its text; equal marks are what most have.
  const checkSentences = async (place, most) => {
    const expected = sentencesOf(place).slice(0, most).map(({ text, marks }) =>
      ({ text: text.length > 400 && marks.length === 1 && text === marks[0] ? undefined : text, marks }));
    const seen = await shownSentences(most);
    expected.forEach((one, index) => { if (one.text === undefined) expected[index] = seen[index]; });
    check(`the sentences of place ${place} are those of the data, its name marked in each`, seen, expected);
  };
  const [top] = ranked[0];
  await row(top).click();
  await popup.waitFor({ timeout: milliseconds });
  check("choosing a place opens its pop-up", await popup.locator("h2").textContent(), data.places[top][0]);
  const articles = new Set(mentionsOf.get(top).map((mention) => mention[1]));
  check("it says how many mentions and documents", await popup.locator(".numbers").textContent(),
    `${counted(counts.get(top), "mention")} in ${counted(articles.size, "document")}`);
  await checkSentences(top, 5);
  const all = sentencesOf(top).length;
  check("it shows the first twenty", await popup.locator(".sentences > li").count(), Math.min(20, all));
  if (all > 20) {
    await popup.locator("button", { hasText: "more" }).click();
    check("and twenty more when asked", await popup.locator(".sentences > li").count(), Math.min(40, all));
  }
  const links = await page.locator(".leaflet-popup a[target]").evaluateAll((nodes) =>
    nodes.map((node) => [node.protocol, node.rel]).filter(([protocol, rel]) => !/^https?:$/.test(protocol) || rel !== "noopener noreferrer"));
  check("its links lead to the web and leak nothing", links, []);
  await settle(page);
  check("the pop-up lies within the map", await page.evaluate(() => {
    const inner = document.querySelector(".leaflet-popup").getBoundingClientRect(), outer = document.getElementById("map").getBoundingClientRect();
    return inner.top >= outer.top - 1 && inner.left >= outer.left - 1 && inner.right <= outer.right + 1;
  }), true);
  await look(page, "pop-up-light");
  await page.keyboard.press("Escape");
  await popup.waitFor({ state: "detached" });
  check("Escape closes it and gives the focus back", await page.evaluate(() => document.activeElement.dataset.place), String(top));

  const otherScripts = /[\u{10000}-\u{10ffff}]|[\u0590-\u06ff]|[\u3040-\u9fff]/u;
  const offsets = ranked.map(([place]) => place).filter((place) => counts.get(place) <= 20 && mentionsOf.get(place).some((mention) =>
    mention[2] >= 0 && otherScripts.test(data.sentences[mention[2]].slice(0, mention[3]))));
  const hostile = [...counts.keys()].filter((place) => /[<\u202e]/.test(data.places[place][0]) || data.places[place][0].length > 1000);
  if (!offsets.length) skip("names after emoji and other scripts", "none in these data");
  for (const place of [...offsets.slice(0, 3), ...hostile.slice(0, 3)]) {
    await chooseFiltered(place);
    check(`the name of place ${place} is shown as it is written`, await popup.locator("h2").textContent(), data.places[place][0]);
    await checkSentences(place, 20);
    await page.keyboard.press("Escape");
  }
  await page.fill("#filter", "");
  await settle(page);

  const relativeMethod = data.methods.indexOf("relative");
  const workedOut = ranked.map(([place]) => place).find((place) =>
    mentionsOf.get(place).every((mention) => mention[7] === relativeMethod));
  if (workedOut === undefined) skip("a place worked out from words", "none in these data");
  else {
    await chooseFiltered(workedOut);
    check("a place worked out from words says so, with its uncertainty", await popup.locator(".estimate").textContent(),
      that("Position only worked out from words … ± … km", (text) => /worked out from words/.test(text) && (!data.places[workedOut][9] || /± [\d.,]+ km/.test(text))));
    await settle(page);
    await look(page, "worked-out-light");
    await page.keyboard.press("Escape");
    await page.fill("#filter", "");
  }

  // ------------------------------------------------------------------------------------------------ keyboard only
  await page.evaluate(() => document.activeElement.blur());
  await page.reload();
  await page.waitForFunction(() => document.documentElement.dataset.ready, null, { timeout: milliseconds });
  await page.keyboard.press("Tab");
  check("the first stop of Tab is the skip link", await page.evaluate(() => document.activeElement.className), "skip");
  check("Tab reaches the list", await tabTo(page, "#list button"), atLeast(1));
  check("what has the focus shows it", await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle), "solid");
  await page.keyboard.press("Enter");
  await popup.waitFor();
  check("Enter opens the pop-up and moves into it", await page.evaluate(() => Boolean(document.activeElement.closest(".leaflet-popup"))), true);
  await page.keyboard.press("Escape");
  await popup.waitFor({ state: "detached" });
  check("Escape returns to the list", await page.evaluate(() => document.activeElement.matches("#list button")), true);
  await page.keyboard.press("ArrowDown");
  check("arrow keys move through the list", await page.evaluate(() => document.activeElement.closest("li").ariaPosInSet),
    ranked.length > 1 ? "2" : "1");

  // -------------------------------------------------------------------------------------------------------- layers
  const vectors = () => page.evaluate(() => {
    let polygons = 0, lines = 0;
    dateline.map.eachLayer((layer) => {
      if (layer instanceof L.Polygon) polygons++;
      else if (layer instanceof L.Polyline) lines++;
    });
    return { polygons, lines };
  });
  const land = () => page.evaluate(() => [...document.querySelectorAll(".leaflet-tile-pane canvas")].map((tile) => tile.toDataURL()).join()
    .split("").reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) | 0, 7));
  for (const name of ["relative", "links", "hexbins", "countries"]) {
    const box = page.locator("#layer-" + name);
    if (await box.isDisabled()) {
      skip(`the layer ${name}`, "nothing in these data");
      continue;
    }
    await box.uncheck();
    await settle(page, 100);
    const [before, tilesBefore] = [await vectors(), await land()];
    await box.check();
    await settle(page, 100);
    const after = await vectors();
    if (name === "hexbins") {
      const cells = new Set(ranked.map(([place]) => data.places[place][4]).filter((cell) => cell >= 0));
      check("hexagons with mentions can be switched on", after.polygons - before.polygons, atLeast(cells.size));
    } else if (name === "links") {
      check("lines between places named together can be switched on", after.lines - before.lines, atLeast(Math.min(data.links.length, 500)));
    } else if (name === "relative") {
      check("regions of relative places can be switched on", await page.textContent("#key-relative"),
        that(number(data.relative.length), (text) => text.startsWith(number(data.relative.length) + " region")));
    } else {
      check("countries can be coloured by their mentions", await land(), that("other tiles than before", (sum) => sum !== tilesBefore));
      check("with a legend", await page.locator("#key-countries .swatch").count(), atLeast(1));
    }
    await look(page, `layer-${name}-light`);
    await box.uncheck();
    await settle(page, 100);
    check(`and off again`, await vectors(), before);
  }

  // -------------------------------------------------------------------------------------------------- the map itself
  const isWater = ([lat, lon]) => page.evaluate(async ([lat, lon]) => {
    dateline.map.setView([lat, lon], 6, { animate: false });
    await new Promise((done) => setTimeout(done, 300));
    const at = dateline.map.latLngToContainerPoint([lat, lon]);
    const corner = dateline.map.getContainer().getBoundingClientRect();
    for (const tile of document.querySelectorAll(".leaflet-tile-pane canvas")) {
      const { left, top, width, height } = tile.getBoundingClientRect();
      const x = corner.left + at.x - left, y = corner.top + at.y - top;
      if (x < 0 || y < 0 || x >= width || y >= height) continue;
      const [r, g, b] = tile.getContext("2d").getImageData(x * (tile.width / width), y * (tile.height / height), 1, 1).data;
      return b > r; // The sea is bluish by day and by night, the land is not by day.
    }
    return null;
  }, [lat, lon]);
  await page.emulateMedia({ colorScheme: "light" });
  for (const id of ["layer-areas", "layer-countries"]) if (await page.locator("#" + id).isVisible()) await page.locator("#" + id).uncheck();
  check("Lake Victoria is no land", [await isWater([-1, 33]), await isWater([-3, 35])], [true, false]);
  const ofMap = await page.evaluate(() => {
    const { rivers, divisions, lakes } = dateline.worldLayer.world;
    return [rivers.length, divisions.length, lakes.length];
  });
  check("there are rivers, borders of divisions and lakes", ofMap, that("some hundred of each", (all) => all.every((one) => one > 200)));
  const town = data.towns.find((one) => one[0] && Math.abs(one[1]) < 70);
  if (!town) skip("towns", "this page has none");
  else {
    await page.evaluate(([, lat, lon]) => void dateline.map.setView([lat, lon], 9, { animate: false }), town);
    await page.waitForFunction(() => dateline.townLayer.dots.length > 0, null, { timeout: milliseconds });
    check("towns appear close up", await page.evaluate(() => dateline.townLayer.dots.length), atLeast(1));
    await look(page, "close-light");
    await page.evaluate(() => void dateline.map.setView([0, 0], 3, { animate: false }));
    await settle(page, 400);
    check("and not from afar", await page.evaluate(() => dateline.townLayer.dots.length), 0);
  }
  check("the position under the pointer is written in degrees and MGRS", await page.evaluate(async () => {
    dateline.map.setView([48.8584, 2.2945], 11, { animate: false });
    await new Promise((done) => setTimeout(done, 50));
    return document.getElementById("position").textContent;
  }), that("48.858…, 2.294… · 31U DQ …", (text) => /48\.85\d\d, 2\.29\d\d · 31U DQ 48\d{3} 11\d{3}/.test(text)));
  await page.locator("#measure").click();
  await page.evaluate(() => {
    dateline.map.setView([45, 10], 5, { animate: false });
    for (const [lat, lon] of [[48.8566, 2.3522], [52.52, 13.405]]) dateline.map.fire("click", { latlng: L.latLng(lat, lon) });
  });
  check("a distance is measured on the ellipsoid", await page.textContent("#map-mode"), that("880 km", (text) => text.includes("880 km")));
  await page.keyboard.press("Escape");

  // ------------------------------------------------------------------------------------- what the page gives away
  const saved = async (id) => {
    const [file] = await Promise.all([page.waitForEvent("download", { timeout: milliseconds }), page.locator("#" + id).click()]);
    return readFileSync(await file.path());
  };
  await page.locator("#save > summary").click();
  const rowsOfCsv = (text) => text.split("\r\n").length - 2;
  const mentionsGiven = JSON.parse(await saved("save-geojson"));
  check("GeoJSON of all mentions that are shown", [mentionsGiven.type, mentionsGiven.features.length], ["FeatureCollection", data.mentions.length]);
  check("with longitude first", mentionsGiven.features[0].geometry.coordinates, [data.places[data.mentions[0][0]][2], data.places[data.mentions[0][0]][1]]);
  check("GeoJSON of the places", JSON.parse(await saved("save-places-geojson")).features.length, counts.size);
  check("CSV of the places has a row for each", rowsOfCsv((await saved("save-places-csv")).toString()), atLeast(counts.size));
  check("CSV of mentions names its columns", (await saved("save-csv")).toString().split("\r\n")[0], that("document,title,date,…", (line) => line.startsWith("document,title,date,source,url,text,label")));
  await page.evaluate(([lat, lon]) => void dateline.map.setView([lat, lon], 4, { animate: false }), data.places[top].slice(1, 3));
  await settle(page, 400);
  const drawing = (await saved("save-svg")).toString();
  const shapes = await page.evaluate((text) => {
    const read = new DOMParser().parseFromString(text, "image/svg+xml");
    return [read.querySelector("parsererror") === null, read.documentElement.getAttribute("width"), read.querySelectorAll("path").length, read.querySelectorAll("ellipse, circle").length, read.querySelectorAll("script, foreignObject, image").length];
  }, drawing);
  check("the picture is SVG of paths and markers, with nothing else in it", shapes, that("well-formed, no scripts", ([good, width, paths, dots, other]) => good && width > 0 && paths > 5 && dots > 0 && other === 0));
  const pixels = await saved("save-png");
  check("and PNG, twice as large", [pixels.subarray(1, 4).toString(), pixels.readUInt32BE(16)], ["PNG", 2 * Number(shapes[1])]);
  await page.locator("#save > summary").click();

  const asked = data.sentences.find((sentence) => /[a-z]{6}/i.test(sentence));
  if (!asked) skip("a search in sentences", "there are none");
  else {
    const wanted = fold(asked.match(/[a-z]{6,}/i)[0]);
    const fitting = data.mentions.filter((mention) => mention[2] >= 0 && fold(data.sentences[mention[2]]).includes(wanted)).length;
    await page.fill("#search", wanted);
    await page.waitForFunction((start) => document.getElementById("summary").textContent.startsWith(start),
      fitting === data.mentions.length ? number(fitting) + " mention" : number(fitting) + " of", { timeout: milliseconds });
    check(`a search in sentences for "${wanted}" leaves the mentions of these`, await summary(),
      that(`${number(fitting)} …`, (text) => text.startsWith(number(fitting))));
    await page.fill("#search", "");
    await page.waitForFunction((start) => document.getElementById("summary").textContent.startsWith(start), number(data.mentions.length) + " mention", { timeout: milliseconds });
  }
  const frame = await page.context().newPage();
  await frame.goto(page.url().split("#")[0] + "#embed&view=6/33.5/44.25");
  await frame.waitForFunction(() => document.documentElement.dataset.ready, null, { timeout: milliseconds });
  check("to be embedded, it is but the map, where it was asked for", await frame.evaluate(() => {
    const { lat, lng } = dateline.map.getCenter();
    return [dateline.map.getZoom(), lat.toFixed(1), lng.toFixed(1), getComputedStyle(document.getElementById("places")).display, getComputedStyle(document.getElementById("attribution")).display !== "none"];
  }), [6, "33.5", "44.3", "none", true]);
  await look(frame, "embed-light");
  await frame.close();

  // ---------------------------------------------------------------------------------------------------- the time
  const days = [...new Set(data.mentions.map((mention) => dayOf(data.documents[mention[1]])))].filter((day) => day !== null).sort((a, b) => a - b);
  const expectedSummary = (count) => that(`${number(count)} of ${number(data.mentions.length)} mentions`, (text) =>
    text.startsWith(count === data.mentions.length ? number(count) + " mention" : number(count) + " of " + number(data.mentions.length)));
  const countBetween = (from, to, undated) => data.mentions.filter((mention) => {
    const day = dayOf(data.documents[mention[1]]);
    return day === null ? undated : day >= from && day <= to;
  }).length;
  if (days.length < 2) skip("the time slider", "these data have no two days");
  else {
    const from = days[Math.floor(days.length / 4)], to = days[Math.floor((3 * days.length) / 4)];
    const slide = (id, value) => page.evaluate(([handle, day]) => {
      const input = document.getElementById(handle);
      input.value = day;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }, [id, value]);
    const took = await page.evaluate(async (day) => {
      const input = document.getElementById("time-from"), start = performance.now();
      input.value = day;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      return Math.round(performance.now() - start);
    }, from);
    console.log(`      a movement of the slider took ${took} ms`);
    await slide("time-to", to);
    await settle(page, 600);
    check("the slider narrows to the documents of its days", await summary(), expectedSummary(countBetween(from, to, true)));
    check("and so do the numbers of the list", await page.locator("#list button").first().evaluate((button) =>
      Number(button.querySelector(".number").firstChild.data.replaceAll(",", ""))), (() => {
      const some = new Map();
      for (const mention of data.mentions) {
        const day = dayOf(data.documents[mention[1]]);
        if (day === null || (day >= from && day <= to)) some.set(mention[0], (some.get(mention[0]) || 0) + 1);
      }
      return Math.max(...some.values());
    })());
    await page.evaluate(() => void dateline.map.setView([10, 0], 1, { animate: false }));
    await settle(page);
    check("and the markers", await page.evaluate(onMap), countBetween(from, to, true));
    await look(page, "time-light");
    if (await page.locator("#undated").isVisible()) {
      await page.locator("#undated").uncheck();
      await settle(page, 600);
      check("documents without a date can be left out", await summary(), expectedSummary(countBetween(from, to, false)));
      await page.locator("#undated").check();
    }
    await page.locator("#time-from").focus();
    await page.keyboard.press("ArrowRight");
    await settle(page, 600);
    check("an arrow key moves a handle by a day", await summary(), expectedSummary(countBetween(from + 1, to, true)));
    await slide("time-from", days[days.length - 1]);
    await settle(page, 100);
    check("a handle stops at the other one", await page.evaluate(() =>
      document.getElementById("time-from").value <= document.getElementById("time-to").value), true);
    await page.locator("#time-all").click();
    await settle(page, 600);

    // Outliers lie beyond the axis; its first and last step take all of them in.
    const dated = data.mentions.map((mention) => dayOf(data.documents[mention[1]])).filter((day) => day !== null).sort((a, b) => a - b);
    const at = (share) => dated[Math.round(share * (dated.length - 1))];
    const far = Math.max(30, 3 * (at(0.75) - at(0.25)));
    const within = dated.filter((day) => day >= Math.min(at(0.1), at(0.25) - far) && day <= Math.max(at(0.9), at(0.75) + far));
    const [least, most] = [within[0], within[within.length - 1]];
    const start = least - days[0] > most - least ? least : days[0];
    const end = days[days.length - 1] - most > most - least ? most : days[days.length - 1];
    const words = (id) => page.locator(id).getAttribute("aria-valuetext");
    const inWords = (day) => new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }).format(new Date(day * 86400000));
    for (const [id, toEnd, inwards, outwards, edge, outermost, side, count] of [
      ["#time-from", "Home", "ArrowRight", "ArrowLeft", start, days[0], "before", () => countBetween(start, Infinity, true)],
      ["#time-to", "End", "ArrowLeft", "ArrowRight", end, days[days.length - 1], "after", () => countBetween(-Infinity, end, true)],
    ]) {
      const beyond = edge === outermost ? "" : `, all ${side} ${inWords(edge)}`;
      await page.locator(id).focus();
      await page.keyboard.press(toEnd);
      await settle(page, 600);
      check(`the handle ${id} at its end says what it takes in`, await words(id), inWords(outermost) + beyond);
      check("and takes in all", await summary(), expectedSummary(data.mentions.length));
      if (!beyond) continue;
      check("and so does the page", await page.textContent("#time-beyond"), that(`… ${side} ${inWords(edge)}`, (text) => text.includes(`${side} ${inWords(edge)}`)));
      await page.keyboard.press(inwards);
      await settle(page, 600);
      check("a key on it is at the first day of the axis", await words(id), inWords(edge));
      check("and leaves out what lies beyond", await summary(), expectedSummary(count()));
      await page.keyboard.press(outwards);
      await settle(page, 600);
      check("a key back takes it in again", await summary(), expectedSummary(data.mentions.length));
    }
    await slide("time-from", from);
    await slide("time-to", to);
    await page.locator("#time-all").click();
    await settle(page, 600);
    check("all dates are one button away", await summary(), expectedSummary(data.mentions.length));
  }
  await page.locator("#filters summary").click();
  const limit = 80;
  await page.evaluate((value) => {
    const input = document.getElementById("confidence");
    input.value = value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }, limit);
  await settle(page, 600);
  const least = Number(await page.locator("#confidence").inputValue());
  check("a least confidence narrows the mentions", await summary(),
    expectedSummary(data.mentions.filter((mention) => Math.round(mention[6] * 1000) / 10 >= least).length));

  // ---------------------------------------------------------------------------------------- names, colours, sizes
  const { controls, nameless } = await namelessControls(page);
  check(`all ${controls} controls have an accessible name`, nameless, []);
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const [light, lightLand] = [await paper(), await land()];
  await page.locator("#theme").click();
  await settle(page, 100);
  check("the button turns the page dark", await paper(), that("another colour than " + light, (colour) => colour !== light));
  check("and the world", await land(), that("other tiles than before", (sum) => sum !== lightLand));
  check("no text of an article has become an element", await page.evaluate(() => document.querySelectorAll("img, iframe, object").length), 0);

  const dark = await open(1440, 900, "dark");
  await settle(dark);
  check("the page follows a dark system", await dark.evaluate(() => getComputedStyle(document.body).backgroundColor), await paper());
  await look(dark, "map-dark");
  await dark.locator(`#list button[data-place="${top}"]`).click();
  await settle(dark);
  await look(dark, "pop-up-dark");
  await dark.keyboard.press("Escape");
  if (await dark.locator("#layer-countries").isEnabled()) {
    await dark.locator("#layer-countries").check();
    await settle(dark);
    await look(dark, "layer-countries-dark");
  }
  await dark.close();
  const phone = await open(390, 844, "light");
  check("a phone needs no scrolling to the side", await phone.evaluate(() => document.documentElement.scrollWidth), 390);
  await look(phone, "phone");
  await phone.locator(`#list button[data-place="${top}"]`).click();
  await phone.locator(".leaflet-popup .card").waitFor();
  await settle(phone);
  check("and a place chosen there comes into view", await phone.evaluate(() => {
    const box = document.querySelector(".leaflet-popup").getBoundingClientRect();
    return box.top >= -1 && box.bottom <= innerHeight + 1;
  }), true);
  await look(phone, "phone-pop-up");
  await phone.close();
});
