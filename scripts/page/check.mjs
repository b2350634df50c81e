// Runs the page of `dateline serve` in a browser: node check.mjs http://127.0.0.1:PORT [--pictures FOLDER] [--only WORD]
//
// The browser is CHROMIUM or /usr/bin/chromium. playwright-core and axe-core are looked for beside this file and in NODE_PATH.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, createWriteStream, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";

const require = createRequire(import.meta.url);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const args = process.argv.slice(2);
const option = (name) => (args.includes(name) ? args[args.indexOf(name) + 1] : null);
const address = args[0];
if (!address || !address.startsWith("http")) {
  console.error("usage: node check.mjs http://127.0.0.1:PORT [--pictures FOLDER] [--only WORD]");
  process.exit(2);
}
const pictures = option("--pictures"), only = option("--only");
if (pictures) mkdirSync(pictures, { recursive: true });
const origin = new URL(address).origin;

const report = `Strong earthquake kills at least 41 in eastern Turkey, rattles northern Syria

MALATYA, Turkey — A magnitude 6.2 earthquake struck eastern Turkey before dawn on Tuesday, killing at least 41 people and sending residents running into freezing streets as far away as Aleppo, officials said.

The quake hit at 4:52 a.m. near the town of Sivrice, about 25 kilometers south of Elazig, the U.S. Geological Survey said.

The worst damage was reported in the village of Kuzgunderecik, 30 kilometers north of Malatya. "There is not one wall left," said Hatice Yalvarmaz, a 58-year-old grandmother. 🙂

Aydin Korkmaz, a spokesman for the Disaster and Emergency Management Authority, said 318 people were being treated in hospitals in Diyarbakir and in the city of Batman. Korkmaz said the agency had sent 1,200 rescuers to Springfield and the Zurqabad depot.`;

// ------------------------------------------------------------------------------------------------------------ the run

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
  ],
});
const folder = mkdtempSync(join(tmpdir(), "page-check-"));
const failures = [], figures = [];
const figure = (text) => figures.push(text);

/** A page of its own browser profile; whatever leaves the origin, or an error of a script, fails the check. */
async function newPage(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, acceptDownloads: true, ...options });
  context.setDefaultTimeout(10000);
  const page = await context.newPage();
  page.faults = [];
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (!["data:", "blob:"].includes(url.protocol) && url.origin !== origin) page.faults.push("left the origin: " + request.url());
  });
  page.on("pageerror", (fault) => page.faults.push("error: " + fault.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !page.expected?.test(message.text())) page.faults.push("console: " + message.text());
  });
  page.on("dialog", (dialog) => {
    page.faults.push("dialog: " + dialog.message());
    dialog.dismiss();
  });
  await page.goto(address);
  await page.waitForFunction(() => document.documentElement.dataset.ready);
  return page;
}

const picture = async (page, name) => pictures && page.screenshot({ path: join(pictures, name + ".png") });
const idle = (page) => page.waitForFunction(() => !document.getElementById("work").hasAttribute("aria-busy"));

async function paste(page, text, byKeys = false) {
  await page.waitForSelector("#paste-text:visible");
  if (byKeys) {
    await page.keyboard.insertText(text);
    await page.keyboard.press("Control+Enter");
  } else {
    await page.fill("#paste-text", text);
    await page.click("#tag");
  }
  await page.waitForSelector("#article mark.entity", { timeout: 30000 });
  await page.waitForFunction(() => window.dateline.atlas.map());
}

const mark = (page, name, nth = 0) => page.locator("#article mark[data-mention]").filter({ hasText: new RegExp("^" + name + "$") }).nth(nth);
const correctionsOf = (page) => page.evaluate(() => window.dateline.corrections.all());

async function check(name, options, run) {
  if (only && !name.includes(only)) return;
  const page = await newPage(options);
  try {
    await run(page);
    assert.deepEqual(page.faults, [], name);
    console.log("ok    " + name);
  } catch (fault) {
    failures.push(name);
    console.log("FAIL  " + name + "\n      " + String(fault.stack || fault).split("\n").slice(0, 12).join("\n      "));
    if (page.faults.length) console.log("      " + page.faults.join("\n      "));
    if (pictures) await page.screenshot({ path: join(pictures, "failed-" + name.replace(/\W+/g, "-") + ".png") }).catch(() => {});
  } finally {
    await page.context().close();
  }
}

// ----------------------------------------------------------------------------------------------------------- the checks

await check("a pasted text is tagged, with markers on the map", {}, async (page) => {
  await picture(page, "start-light");
  const began = Date.now();
  await paste(page, report);
  figure("paste to tagged text: " + (Date.now() - began) + " ms");
  assert.ok((await page.locator("#article mark.loc").count()) >= 8);
  assert.ok((await page.locator("#article mark.per").count()) >= 2);
  assert.ok((await page.evaluate(() => window.dateline.atlas.markers().size)) >= 4);
  // The text is as it was.
  assert.equal((await page.locator("#article").innerText()).replace(/\s+/g, " ").trim(), report.replace(/\s+/g, " ").trim());
  assert.equal(await page.locator("#article mark.unplaced").filter({ hasText: "Zurqabad" }).count() + await page.locator("#article mark").filter({ hasText: "Zurqabad" }).count() > 0, true);
  assert.match(await page.locator("#lists").innerText(), /Aydin Korkmaz\s*×2/);
  assert.match(await page.locator("#lists").innerText(), /same sentence: .*Diyarbakir/);
  assert.match(await page.locator("#area-list").textContent(), /Turkey/);
  await page.waitForTimeout(600);
  await picture(page, "text-light");
});

await check("a name shows its candidates; another one changes text, map and corrections", {}, async (page) => {
  await paste(page, report);
  await mark(page, "Springfield").click();
  await page.waitForSelector("#card .candidates");
  const rows = page.locator("#card .candidate:not(.none)");
  assert.ok((await rows.count()) >= 2);
  assert.equal(await page.locator(".leaflet-marker-icon.pin").count(), await rows.count());
  assert.match(await rows.first().innerText(), /%/);
  assert.ok((await page.locator("#card .reasons li").count()) >= 2);
  await page.waitForTimeout(400);
  await picture(page, "card-light");
  const placeBefore = await page.evaluate(() => window.dateline.open.chosen.place?.id);
  const top = await page.evaluate(() => document.getElementById("text").scrollTop);
  await page.locator("#card .candidate:not(.current):not(.none)").first().getByRole("button", { name: /^Choose/ }).click();
  await page.waitForFunction((before) => window.dateline.open.chosen?.place?.id !== before, placeBefore);
  await idle(page);
  const place = await page.evaluate(() => window.dateline.open.chosen.place);
  assert.equal(place.method, "correction");
  const lines = await correctionsOf(page);
  assert.equal(lines.length, 1);
  assert.equal(lines[0].place, place.id);
  assert.equal(lines[0].name, "Springfield");
  assert.ok(await page.evaluate((id) => window.dateline.atlas.markers().has(id), place.id));
  assert.equal(await page.evaluate(() => document.getElementById("text").scrollTop), top);
  assert.equal(await page.locator("#correction-count").innerText(), "1");

  // Reload: text, names and corrections are still there.
  await page.waitForTimeout(400);
  await page.reload();
  await page.waitForFunction(() => window.dateline?.open.model?.mentions.length > 5);
  assert.equal((await correctionsOf(page)).length, 1);
  assert.equal(await page.evaluate(() => window.dateline.open.chosen?.place?.method), "correction");
  await page.waitForFunction(() => window.dateline.atlas.map());

  // Undo and redo.
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /^Corrections/ }).click();
  assert.match(await page.locator("#correction-list").innerText(), /Springfield/);
  await picture(page, "corrections-light");
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#download")]);
  assert.equal(download.suggestedFilename(), "corrections.jsonl");
  const written = readFileSync(await download.path(), "utf8");
  assert.deepEqual(written.trim().split("\n").map((line) => JSON.parse(line)), lines);
  await page.locator("#correction-list button").click();
  await page.keyboard.press("Escape");
  await idle(page);
  assert.equal((await correctionsOf(page)).length, 0);
  await page.waitForFunction(() => !window.dateline.open.model.mentions.some((one) => one.place?.method === "correction"));
  await page.keyboard.press("Control+z");
  await idle(page);
  await page.waitForFunction(() => window.dateline.open.model.mentions.some((one) => one.place?.method === "correction"));
  await page.keyboard.press("Control+y");
  await page.waitForFunction(() => !window.dateline.open.model.mentions.some((one) => one.place?.method === "correction"));
  await page.setInputFiles("#corrections-file", { name: "more.jsonl", mimeType: "application/json", buffer: Buffer.from(written) });
  await page.waitForFunction(() => window.dateline.corrections.all().length === 1);
});

await check("corrections by search, by a point, no place, label, no name, and a missed name", {}, async (page) => {
  await paste(page, report);
  const done = async () => {
    await page.waitForTimeout(50);
    await idle(page);
  };
  // From the gazetteer.
  await mark(page, "Batman").click();
  await page.fill("#lookup", "Erbil");
  await page.waitForSelector(".found-places button");
  await page.locator(".found-places button").first().click();
  await done();
  await page.waitForFunction(() => window.dateline.open.chosen?.place?.name === "Erbil");
  // A name behind an emoji, here only: offsets in code points.
  await page.locator("#card input[value=here]").check();
  await mark(page, "Diyarbakir").click();
  await page.locator("#card input[value=here]").check();
  await page.locator("#card [data-do=no-place]").click();
  await done();
  const line = (await correctionsOf(page)).at(-1);
  assert.equal(line.place, null);
  assert.equal(Array.from(report).slice(line.start, line.end).join(""), "Diyarbakir");
  await page.waitForFunction(() => window.dateline.open.chosen?.text === "Diyarbakir" && !window.dateline.open.chosen.place);
  assert.ok(await mark(page, "Diyarbakir").evaluate((node) => node.classList.contains("unplaced")));
  assert.match(await page.locator("#card .corrected-by").innerText(), /Corrected: no place, here only/);
  // A point on the map.
  await page.locator("#card [data-do=put]").click();
  assert.ok(await page.locator("#map-mode").isVisible());
  await picture(page, "put-light");
  await page.locator("#map").click({ position: { x: 200, y: 120 } });
  await done();
  await page.waitForFunction(() => window.dateline.open.chosen?.place?.method === "correction");
  // Another label, then no name.
  await mark(page, "Sivrice").click();
  await page.locator("#card input[value=document]").check();
  await page.locator("#card [data-label=PER]").click();
  await done();
  await page.waitForFunction(() => window.dateline.open.chosen?.label === "PER");
  await page.locator("#card [data-do=remove]").click();
  await done();
  await page.waitForFunction(() => !window.dateline.open.model.mentions.some((one) => one.text === "Sivrice"));
  // A missed name, selected.
  await page.evaluate(() => {
    const walker = document.createTreeWalker(document.getElementById("article"), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const at = walker.currentNode.data.indexOf("grandmother");
      if (at < 0) continue;
      walker.currentNode.parentElement.scrollIntoView({ block: "center" });
      const range = document.createRange();
      range.setStart(walker.currentNode, at);
      range.setEnd(walker.currentNode, at + 11);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
    }
  });
  await page.waitForTimeout(150);
  await page.evaluate(() => document.dispatchEvent(new PointerEvent("pointerup")));
  await page.waitForSelector("#selection-bar:visible");
  await picture(page, "select-light");
  await page.locator("#selection-bar [data-label=ORG]").click();
  await done();
  await page.waitForFunction(() => window.dateline.open.model.mentions.some((one) => one.text === "grandmother" && one.label === "ORG"));
});

await check("by keyboard only", {}, async (page) => {
  await paste(page, report, true);
  await page.keyboard.press("?");
  await page.waitForSelector("#keys-dialog[open]");
  await picture(page, "keys-light");
  await page.keyboard.press("Escape");
  // Tab until the first name has the focus.
  let steps = 0;
  const onMark = () => page.evaluate(() => document.activeElement.matches("mark[data-mention]"));
  await page.evaluate(() => document.activeElement.blur());
  while (!(await onMark()) && steps++ < 30) await page.keyboard.press("Tab");
  assert.ok(await onMark(), "a name is reached by Tab");
  for (let i = 0; i < 80 && (await page.evaluate(() => document.activeElement.textContent)) !== "Springfield"; i++) await page.keyboard.press("ArrowRight");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Springfield");
  assert.notEqual(await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle), "none", "the focus is seen");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#card .candidates");
  const before = await page.evaluate(() => window.dateline.open.chosen.place?.id);
  await page.keyboard.press("2");
  await page.waitForFunction((id) => window.dateline.open.chosen?.place?.id !== id, before);
  assert.equal((await correctionsOf(page)).length, 1);
  assert.equal(await page.evaluate(() => document.activeElement.closest("#card") !== null), true, "the focus stays in the card");
  await page.keyboard.press("Control+z");
  await page.waitForFunction((id) => window.dateline.open.chosen?.place?.id === id, before);
  await page.keyboard.press("Escape");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Springfield");
  await page.keyboard.press("n");
  await idle(page);
  assert.match(await page.locator("#said").innerText(), /\w/);
  await page.keyboard.press("a");
  await page.waitForSelector("#name-dialog[open]");
  await page.keyboard.insertText("agency");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => window.dateline.open.model.mentions.some((one) => one.text === "agency"));
  assert.ok((await page.evaluate(() => location.hash)).includes("d=pasted-"));
});

await check("the map measures, tells positions and what is here", {}, async (page) => {
  await paste(page, report);
  await page.locator("#map").hover({ position: { x: 300, y: 200 } });
  assert.match(await page.locator("#position").innerText(), /-?\d+\.\d{4}, -?\d+\.\d{4} · \d+[A-Z] [A-Z]{2} \d{5} \d{5}/);
  await page.click("#measure");
  await page.locator("#map").click({ position: { x: 150, y: 150 } });
  await page.locator("#map").click({ position: { x: 350, y: 250 } });
  await page.waitForSelector(".leaflet-tooltip:has-text('km')");
  await page.waitForTimeout(500);
  await picture(page, "measure-light");
  await page.keyboard.press("Escape");
  await page.locator("#map").click({ position: { x: 260, y: 100 } });
  await page.waitForSelector(".leaflet-popup .here li");
  await page.waitForTimeout(600);
  const [popup, stage] = await Promise.all([".leaflet-popup", ".stage"].map((one) => page.locator(one).boundingBox()));
  assert.ok(popup.y >= stage.y && popup.x >= stage.x && popup.x + popup.width <= stage.x + stage.width, "the pop-up is in view");
  await picture(page, "here-light");
});

await check("markup in a text stays text", {}, async (page) => {
  page.expected = /^$/;
  await paste(page, `In Paris <script>window.hit=1</script> and <img src=x onerror="window.hit=2"> Jane Smith met <b>Bob</b> in Berlin.\n\n<svg onload=window.hit=3> "Springfield" &amp; <a href="javascript:window.hit=4">Rome</a>.`);
  for (const one of await page.locator("#article mark[data-mention]").all()) await one.click();
  await page.fill("#lookup", "<img src=x onerror=window.hit=5>").catch(() => {});
  await page.waitForTimeout(600);
  assert.equal(await page.evaluate(() => window.hit), undefined);
  assert.equal(await page.locator("#article script, #article img, #article svg, #article a").count(), 0);
});

await check("files: plain ones are tagged when they are opened, tagged ones are shown as they are", {}, async (page) => {
  const plain = ["Floods hit Springfield on Monday, Jordan Miller said.", "A bridge in Springfield, Illinois, was closed.", "Talks went on in Ankara."]
    .map((text, index) => JSON.stringify({ id: "a" + (index + 1), text, date: "2024-05-0" + (index + 1) })).join("\n");
  const posts = [];
  page.on("request", (request) => request.method() === "POST" && posts.push(JSON.parse(request.postData()).document.id));
  await page.setInputFiles("#files", [
    { name: "plain.jsonl", mimeType: "application/json", buffer: Buffer.from(plain) },
    { name: "note.txt", mimeType: "text/plain", buffer: Buffer.from("\ufeffThe ferry left Šibenik.\r\n\r\nIt reached Split.") },
  ]);
  await page.waitForSelector("#article mark.loc");
  await page.waitForFunction(() => window.dateline.corpus.shown().length === 4);
  await idle(page);
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("j");
  await page.waitForFunction(() => window.dateline.open.entry.id === "a2" && window.dateline.open.model.mentions.length > 0);
  await idle(page);
  await page.keyboard.press("k");
  await page.waitForFunction(() => window.dateline.open.entry.id === "a1");
  await page.waitForTimeout(200);
  assert.deepEqual(posts, ["a1", "a2"], "what was tagged once isn't tagged again");
  // From the list of places by keyboard: the focus goes to the card.
  await page.locator("#lists button[data-mention]").first().focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.closest("#card") !== null), true);
  await page.goBack();
  await page.waitForFunction(() => window.dateline.open.entry.id === "a2");
  await picture(page, "files-light");
  await page.setInputFiles("#files", { name: "bad.jsonl", mimeType: "application/json", buffer: Buffer.from("no\n{}\n") });
  await page.waitForSelector("#error:visible");
});

await check("dropped files, a dropped file of corrections, MGRS", {}, async (page) => {
  // By GeoTrans, cut to the metre.
  const known = [[38.8895, -77.0352, "18S UJ 23486 06483"], [48.8582, 2.2945, "31U DQ 48251 11932"], [-33.8568, 151.2153, "56H LH 34900 52288"], [60.3913, 5.3221, "32V KN 97353 00648"], [78.2232, 15.6267, "33X WG 14278 83355"], [0, 0, "31N AA 66021 00000"]];
  for (const [lat, lon, grid] of known) assert.equal(await page.evaluate(([a, b]) => coordinates.mgrs(a, b), [lat, lon]), grid);
  assert.equal(await page.evaluate(() => coordinates.mgrs(-85, 10)), null);
  const drop = (name, text) => page.evaluate(([file, content]) => {
    const data = new DataTransfer();
    data.items.add(new File([content], file));
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
  }, [name, text]);
  await drop("a.txt", "The ferry left Paris for Springfield.");
  await page.waitForSelector("#article mark.loc");
  await idle(page);
  await drop("mine.jsonl", '{"name": "Paris", "place": {"name": "Paris", "lat": 33.66, "lon": -95.55, "country": "US"}}\n');
  await page.waitForFunction(() => window.dateline.open.model.mentions.some((one) => one.place?.method === "correction"));
  assert.equal((await correctionsOf(page)).length, 1);
  assert.equal(await page.evaluate(() => Math.round(window.dateline.open.model.places.find((one) => one.name === "Paris").place.lat)), 34);
});

await check("a server that wants a token is given it", {}, async (page) => {
  page.expected = /Failed to load resource/;
  await page.route("**/page/tag", (route) =>
    route.request().headers().authorization === "Bearer secret" ? route.continue()
      : route.fulfill({ status: 401, contentType: "application/problem+json", body: '{"title": "Unauthorized", "detail": "needs a token", "status": 401}' }));
  await page.fill("#paste-text", report);
  await page.click("#tag");
  await page.fill("#token-text", "wrong");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#token-why:has-text('does not take')");
  await page.fill("#token-text", "secret");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#article mark.entity");
});

await check("an error of the server is told", {}, async (page) => {
  page.expected = /Failed to load resource/;
  await paste(page, report);
  await page.evaluate(() => window.dateline.corrections.add({ name: "Aleppo", place: "geonames:nowhere" }, "test"));
  await page.waitForSelector("#error:visible");
  assert.match(await page.locator("#error-text").innerText(), /\w{4}/);
  assert.ok((await page.locator("#article mark").count()) > 5);
  await picture(page, "error-light");
});

await check("dark", { colorScheme: "dark" }, async (page) => {
  await paste(page, report);
  await page.waitForTimeout(600);
  await picture(page, "text-dark");
  await mark(page, "Springfield").click();
  await page.waitForTimeout(500);
  await picture(page, "card-dark");
  assert.ok((await page.evaluate(() => getComputedStyle(document.body).backgroundColor)) !== "rgb(255, 255, 255)");
});

await check("phone", { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 }, async (page) => {
  const wide = () => page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth + 1);
  assert.equal(await wide(), false, "start");
  await picture(page, "start-phone");
  await paste(page, report);
  assert.equal(await wide(), false, "text");
  await page.waitForTimeout(500);
  await picture(page, "text-phone");
  await mark(page, "Springfield").click();
  await page.waitForTimeout(500);
  assert.equal(await wide(), false, "card");
  await picture(page, "card-phone");
  if (pictures) await page.screenshot({ path: join(pictures, "all-phone.png"), fullPage: true });
});

// ------------------------------------------------------------------------------------------------------- a large corpus

const many = 50000;
/** A tagged corpus as `dateline tag` writes it, with names at their code points. */
async function writeCorpus(path) {
  const towns = [["Mosul", 36.33, 43.12, "IQ"], ["Erbil", 36.19, 44.01, "IQ"], ["Aleppo", 36.2, 37.16, "SY"], ["Malatya", 38.35, 38.32, "TR"], ["Šibenik", 43.73, 15.9, "HR"]];
  const people = ["Aydin Korkmaz", "Jane Smith", "Hatice Yalvarmaz", "Samer al-Dabbagh"];
  const filler = "The council met on Monday to hear what had become of the bridge, and nobody could tell how long the repairs would take. ".repeat(12);
  const file = createWriteStream(path);
  for (let index = 0; index < many; index++) {
    const [town, lat, lon, country] = towns[index % towns.length], person = people[index % people.length];
    const head = `🙂 ${person} spoke in ${town}. `, rare = index === 43210 ? "The word is xylophonist. " : "";
    const at = (name, label, more) => {
      const start = Array.from(head.slice(0, head.indexOf(name))).length;
      return { start, end: start + Array.from(name).length, text: name, label, score: 0.9, name: null, stands_for: null, place: null, alternatives: [], contains: [], ...more };
    };
    const place = { id: "geonames:" + (index % towns.length), name: town, lat, lon, country, admin1: null, feature: "PPL", population: 1000, confidence: index % 7 ? 0.95 : 0.5, method: "gazetteer", uncertainty_km: 0, radius_km: null };
    const line = JSON.stringify({
      id: "doc-" + index, title: `Report ${index} from ${town}`, date: `2024-${String(1 + (index % 12)).padStart(2, "0")}-${String(1 + (index % 28)).padStart(2, "0")}`,
      source: ["AP", "Reuters", "AFP"][index % 3], url: null, language: "en", metadata: { desk: ["Baghdad", "Ankara"][index % 2] }, text: head + rare + filler,
      entities: [at(person, "PER"), at(town, "LOC", { place })], relations: [], explanations: null, distances: null, distances_left_out: null, focus: [],
    });
    if (!file.write(line + "\n")) await once(file, "drain");
  }
  file.end();
  await once(file, "finish");
}

for (const colorScheme of ["light", "dark"]) {
  await check("names and roles for screen readers, and contrast, by the rules of WCAG 2.1: " + colorScheme, { colorScheme }, async (page) => {
    const obey = async (state) => {
      await page.evaluate(axe);
      const broken = await page.evaluate(async () => {
        const { violations } = await axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] });
        return violations.map(({ id, nodes }) => id + ": " + nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join(" | "));
      });
      assert.deepEqual(broken, [], state);
    };
    await obey("start");
    await paste(page, report);
    await page.waitForTimeout(500);
    await obey("text");
    await mark(page, "Springfield").click();
    await page.waitForSelector("#card .candidates");
    await page.waitForTimeout(500); // What was said before has faded.
    await obey("card");
    await page.locator("#card .candidate:not(.current):not(.none)").first().getByRole("button", { name: /^Choose/ }).click();
    await page.waitForFunction(() => window.dateline.corrections.all().length === 1);
    await idle(page);
    await page.click("#show-corrections");
    await obey("corrections");
    await page.keyboard.press("Escape");
    await page.click("#show-keys");
    await obey("keys");
    await page.goto(address + "/docs");
    await page.waitForSelector("details");
    await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
    await obey("docs");
  });
}

await check("a picture of the map is saved", {}, async (page) => {
  await paste(page, report);
  await page.waitForTimeout(500);
  for (const [button, begins] of [["#save-svg", "<?xml"], ["#save-png", "\u0089PNG"]]) {
    const [file] = await Promise.all([page.waitForEvent("download"), page.click(button)]);
    const content = readFileSync(await file.path());
    assert.ok(content.toString("latin1").startsWith(begins), button);
    if (button === "#save-svg") assert.match(content.toString(), /Malatya/);
  }
});

await check("50,000 documents", {}, async (page) => {
  const path = join(folder, "corpus.jsonl");
  await writeCorpus(path);
  const chooser = page.waitForEvent("filechooser");
  await page.click("#paste-open");
  const began = Date.now();
  await (await chooser).setFiles(path);
  await page.waitForSelector("#article mark.entity", { timeout: 30000 });
  const first = Date.now() - began;
  await page.waitForFunction((number) => window.dateline.store.entries.length === number, many, { timeout: 120000 });
  figure(`${many} documents: first view ${first} ms, all read ${Date.now() - began} ms`);
  assert.ok(first < 2000, "first view took " + first + " ms");
  await page.waitForFunction((number) => window.dateline.corpus.shown().length === number, many);
  assert.ok((await page.locator("#documents .document").count()) < 60, "only rows in view");
  const heap = await page.evaluate(() => performance.memory?.usedJSHeapSize);
  figure("heap: " + Math.round(heap / 1e6) + " MB");
  for (const [query, expected] of [["xylophonist", 1], ["sibenik", many / 5], ["nowhere at all", 0], ["report 4999", null]]) {
    const before = Date.now();
    await page.fill("#search", query);
    await page.waitForFunction((wanted) => {
      const found = document.getElementById("found").textContent;
      return wanted === null ? /of/.test(found) : found.replace(/,/g, "").startsWith(wanted + " of");
    }, expected);
    const took = Number(await page.evaluate(() => document.documentElement.dataset.search));
    figure(`search "${query}": ${took} ms, seen after ${Date.now() - before} ms (120 ms of them waiting for more letters)`);
    assert.ok(took < 300, "search took " + took + " ms");
  }
  await page.fill("#search", "xylophonist");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => window.dateline.open.entry.id === "doc-43210");
  assert.match(await page.locator("#article").innerText(), /xylophonist/);
  assert.equal(await page.locator("#article mark.loc").innerText(), "Mosul");
  await page.fill("#search", "");
  await page.waitForFunction((number) => window.dateline.corpus.shown().length === number, many);
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("j");
  await page.waitForFunction(() => window.dateline.open.entry.id === "doc-43211");
  await page.keyboard.press("k");
  await page.waitForFunction(() => window.dateline.open.entry.id === "doc-43210");
  await page.keyboard.press("n");
  await page.waitForFunction(() => window.dateline.open.chosen?.place?.confidence === 0.5);
  await page.click("#filters summary");
  await page.selectOption("#filter-source", "AFP");
  await page.selectOption("#filter-metadata select", "Ankara");
  await page.check("#filter-doubtful");
  await page.fill("#filter-place", "mosul");
  await page.fill("#filter-from", "2024-06-01");
  const expected = Array.from({ length: many }, (_, index) => index).filter((index) =>
    index % 3 === 2 && index % 2 === 1 && index % 7 === 0 && index % 5 === 0 && 1 + (index % 12) >= 6).length;
  await page.waitForFunction((wanted) => window.dateline.corpus.shown().length === wanted, expected);
  await page.waitForTimeout(300);
  await picture(page, "corpus-light");
});

await browser.close();
rmSync(folder, { recursive: true, force: true });
for (const text of figures) console.log("      " + text);
console.log(failures.length ? failures.length + " failed" : "all passed");
process.exit(failures.length ? 1 : 0);
