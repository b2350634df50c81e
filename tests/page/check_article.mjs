// Checks a page of `dateline tag --format html`: node check_article.mjs article.html [screenshot_folder]
import { atLeast, check, checkPage, milliseconds, namelessControls, settle, skip, tabTo, that } from "./browser.mjs";

await checkPage(async ({ page, data, open, look }) => {
  const popup = page.locator(".leaflet-popup .card");
  const placeOf = (mention) => data.mentions[mention][0];
  const marks = await page.locator("mark[data-mention]").evaluateAll((nodes) =>
    nodes.map((node) => [Number(node.dataset.mention), node.textContent]));
  const places = [...new Set(data.mentions.map((mention) => mention[0]).filter((place) => place >= 0))];

  check("the credits name Natural Earth, Leaflet and what borders are", await page.textContent("#attribution"),
    that("Natural Earth … Leaflet … de facto", (text) => ["Natural Earth", "Leaflet", "de facto"].every((word) => text.includes(word))));
  check("the legend names the labels of the text", await page.locator("#legend li").count(),
    await page.evaluate(() => ["per", "org", "loc", "misc"].filter((label) => document.querySelector(`#text mark.entity.${label}`)).length));
  check("the lines under the labels differ", await page.locator("#legend .entity").evaluateAll((nodes) =>
    new Set(nodes.map((node) => getComputedStyle(node).textDecorationStyle)).size - nodes.length), 0);
  check("every mark with a place is the name it was found by", marks.filter(([mention, text]) => data.mentions[mention][8] !== text), []);
  // A dot would misplace an area: it has a row of the list, and is shaded when it is chosen.
  const isArea = (place) => /^(PCL|ADM|CONT|RGN|TERR|ZN|LTER|AREA|OCN|SEA|GULF|PRSH|CST)/.test(data.places[place][5] || "");
  check("each place that is no area has a marker", await page.evaluate(() => dateline.markers.size), places.filter((place) => !isArea(place)).length);
  check("and a row of the list", await page.locator("#list button").count(), places.length);
  await look(page, "article-light");

  if (!marks.length) {
    skip("marks and markers", "the article names no place");
    if (!data.relative.length) check("it says that there are no places", await page.locator("#nothing").isVisible(), true);
  } else {
    const [mention] = marks[0], place = placeOf(mention);
    const same = marks.filter(([other]) => placeOf(other) === place).length;
    await page.locator(`mark[data-mention="${mention}"]`).click();
    await popup.waitFor({ timeout: milliseconds });
    check("a click on a marked place opens its pop-up", await popup.locator("h2").textContent(), data.places[place][0]);
    check("and shows all names of that place in the text", await page.locator("#text mark.same").count(), same);
    check("and its row of the list", await page.locator("#list [aria-current]").getAttribute("data-place"), String(place));
    check("the map shows the place", await page.evaluate(([lat, lon]) => dateline.map.getBounds().contains([lat, lon]), data.places[place].slice(1, 3)), true);
    await settle(page);
    await look(page, "article-pop-up-light");
    await page.keyboard.press("Escape");
    await popup.waitFor({ state: "detached" });
    check("Escape closes it", await page.locator("#text mark.same").count(), 0);

    const dotted = marks.filter(([mention]) => !isArea(placeOf(mention)));
    const [last] = (dotted.length ? dotted : marks)[Math.max(0, dotted.length - 1)], other = placeOf(last);
    if (dotted.length) await page.evaluate((id) => void dateline.markers.get(id).fire("click", { originalEvent: new MouseEvent("click") }, true), other);
    else await page.locator(`mark[data-mention="${last}"]`).click();
    await settle(page);
    check("choosing a marker scrolls to its first name", await page.locator("#text mark.chosen").first().evaluate((node) => {
      const box = node.getBoundingClientRect();
      return box.top > 0 && box.bottom < innerHeight;
    }), true);
    check("and opens its pop-up", await popup.locator("h2").textContent(), data.places[other][0]);
    await page.keyboard.press("Escape");

    const inner = page.locator("mark.inner[data-mention]").first();
    if (!(await inner.count())) skip("a name inside another", "none in this article");
    else {
      await inner.click();
      await popup.waitFor();
      check("a place inside another name is its own", await popup.locator("h2").textContent(),
        data.places[placeOf(Number(await inner.getAttribute("data-mention")))][0]);
      await page.keyboard.press("Escape");
    }

    await page.evaluate(() => {
      document.activeElement.blur();
      scrollTo(0, 0);
    });
    await page.reload();
    await page.waitForFunction(() => document.documentElement.dataset.ready, null, { timeout: milliseconds });
    check("Tab reaches a marked place", await tabTo(page, "#text mark[data-mention]"), atLeast(1));
    await popup.waitFor();
    check("and the focus opens its pop-up", await popup.count(), 1);
    await page.keyboard.press("Escape");
    await popup.waitFor({ state: "detached" });
    await page.keyboard.press("Enter");
    await popup.waitFor();
    check("Enter opens it again", await popup.count(), 1);
    check("and leaves the focus in the text", await page.evaluate(() => document.activeElement.matches("mark[data-mention]")), true);
    await page.keyboard.press("Escape");
  }

  const vectors = await page.evaluate(() => {
    let polygons = 0, lines = 0;
    dateline.map.eachLayer((layer) => {
      if (layer instanceof L.Polygon) polygons++;
      else if (layer instanceof L.Polyline) lines++;
    });
    return { polygons, lines };
  });
  if (!data.relative.length) skip("regions of relative places", "none in this article");
  else {
    check("each relative place has its region", vectors.polygons, atLeast(data.relative.length));
    check("and a line from each anchor", vectors.lines, atLeast(data.relative.reduce((sum, one) => sum + one.anchors.length, 0)));
  }

  const { controls, nameless } = await namelessControls(page);
  check(`all ${controls} controls have an accessible name`, nameless, []);
  check("no text of the article has become an element", await page.evaluate(() => document.querySelectorAll("img, iframe, object, #text script").length), 0);
  const paper = (one) => one.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await paper(page);
  await page.locator("#theme").click();
  check("the button turns the page dark", await paper(page), that("another colour than " + light, (colour) => colour !== light));

  const dark = await open(1440, 900, "dark");
  check("the page follows a dark system", await paper(dark), await paper(page));
  await look(dark, "article-dark");
  await dark.close();
  const phone = await open(390, 844, "light");
  check("a phone needs no scrolling to the side", await phone.evaluate(() => document.documentElement.scrollWidth), 390);
  await look(phone, "article-phone");
  await phone.close();
});
