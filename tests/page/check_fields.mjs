// Checks how a page of `dateline map --metadata` filters and colours: node check_fields.mjs map.html
// The first field is text, of which some documents have none.
import { check, checkPage, settle, that } from "./browser.mjs";

await checkPage(async ({ page, data }) => {
  const [field] = data.fields;
  const choose = async (select, label) => {
    await page.locator(select).first().selectOption({ label });
    await settle(page);
  };
  await page.evaluate(() => (document.getElementById("filters").open = true));
  check("there is a choice for every field", await page.locator("#fields select").count(), data.fields.length);
  check("it has all values, as text", await page.locator("#fields select").first().locator("option").allTextContents(),
    ["all", ...field.values, "none"]);

  const whole = await page.textContent("#summary");
  for (const [value, index] of [[field.values[0], 0], ["none", -1]]) {
    await choose("#fields select", value);
    const mentions = data.mentions.filter((mention) => field.of[mention[1]] === index).length;
    check(`${value} are the mentions of its documents`, await page.textContent("#summary"),
      that(mentions, (text) => text.startsWith(`${mentions} of `)));
    check("it says that it is filtered", await page.textContent("#filters-state"), " · in use");
  }
  await choose("#fields select", "all");
  check("and all are there again", await page.textContent("#summary"), whole);

  await choose("#colours select", field.name);
  check("the colours are told", await page.locator("#key-colours bdi").allTextContents(), [...field.values, "none"]);
  await choose("#colours select", "–");
  check("and go again", await page.locator("#key-colours").isVisible(), false);
});
