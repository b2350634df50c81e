// What the checks of both pages share: a browser that tells everything a page does beyond showing itself, and
// checks that print a line each and end at the first that fails.
import { mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

export const milliseconds = 20000;

class CheckError extends Error {}

/** One check: prints its line, or says what was expected and found and ends the script. */
export function check(what, found, expected) {
  const same = typeof expected === "function" ? expected(found) : JSON.stringify(found) === JSON.stringify(expected);
  if (!same) {
    const wanted = typeof expected === "function" ? expected.says || String(expected) : JSON.stringify(expected);
    throw new CheckError(`${what}\n  expected: ${wanted}\n  found:    ${JSON.stringify(found)}`);
  }
  console.log(`ok    ${what}`);
}

export const skip = (what, why) => console.log(`skip  ${what}: ${why}`);

/** An expectation with words for the message of its failure. */
export function that(says, test) {
  return Object.assign((found) => test(found), { says });
}

export const atLeast = (number) => that(`at least ${number}`, (found) => found >= number);

export const launch = () => chromium.launch({
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

/** Opens a page file and runs the checks on it: `checks({ page, data, look })`. */
export async function checkPage(checks) {
  const [file, folder] = process.argv.slice(2);
  if (!file) {
    console.error(`usage: node ${process.argv[1]} page.html [screenshot_folder]`);
    process.exit(2);
  }
  const address = pathToFileURL(resolve(file)).href;
  if (folder) mkdirSync(folder, { recursive: true });
  const browser = await launch();
  const told = [];
  const open = async (width, height, scheme) => {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme });
    const page = await context.newPage();
    page.on("request", (request) => {
      // What the page makes itself, a picture for example, asks nobody.
      if (request.url() !== address && !/^(data|blob):/.test(request.url())) told.push("request of " + request.url().slice(0, 200));
    });
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) told.push("console: " + message.text());
    });
    page.on("pageerror", (error) => told.push("error: " + error.message));
    page.on("dialog", (dialog) => {
      told.push("dialog: " + dialog.message());
      dialog.dismiss();
    });
    page.on("popup", () => told.push("another window"));
    await page.exposeFunction("tellViolation", (text) => told.push("content security policy: " + text));
    await page.addInitScript(() => {
      addEventListener("securitypolicyviolation", (event) =>
        window.tellViolation(event.violatedDirective + " " + event.blockedURI + " " + event.sourceFile + ":" + event.lineNumber));
    });
    await page.goto(address);
    await page.waitForFunction(() => document.documentElement.dataset.ready, null, { timeout: milliseconds });
    return page;
  };
  try {
    const page = await open(1440, 900, "light");
    console.log(`      ready after ${await page.evaluate(() => document.documentElement.dataset.ready)} ms`);
    // The numbers to expect come from the page's own data and not from its scripts.
    const text = readFileSync(file, "utf8");
    const data = JSON.parse(text.match(/<script type="application\/json" id="data">([^<]*)<\/script>/)[1]);
    await checks({ page, data, open, told, look: async (one, name) => {
      if (folder) await one.screenshot({ path: join(folder, name + ".png") });
    } });
    check("no text of an article was run", await page.evaluate(() => typeof window.__pwned), "undefined");
    check("no request, error, dialog or violation of the content security policy", told, []);
  } catch (error) {
    console.error(error instanceof CheckError ? `FAIL  ${error.message}` : error);
    if (told.length) console.error("  the page told:", told.slice(0, 10));
    process.exitCode = 1;
  } finally {
    await browser.close();
  }
}

/** Names of the controls without an accessible name, as the browser's accessibility tree has them. */
export async function namelessControls(page) {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  await session.detach();
  const roles = ["button", "checkbox", "slider", "searchbox", "textbox", "link", "combobox", "DisclosureTriangle", "dialog"];
  const controls = nodes.filter((node) => !node.ignored && roles.includes(node.role?.value));
  return { controls: controls.length, nameless: controls.filter((node) => !node.name?.value.trim()).map((node) => node.role.value) };
}

/** Presses Tab until the focused element matches a selector; how often it took, or null. */
export async function tabTo(page, selector, most = 60) {
  for (let times = 1; times <= most; times++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return times;
  }
  return null;
}

/** Waits a while, and then until the map has come to rest: no zoom, no movement, no scrolling, every tile drawn. */
export const settle = (page, wait = 350) =>
  page.evaluate(async (time) => {
    await new Promise((done) => setTimeout(done, time));
    for (let still = 0, scrolled = scrollY; still < 5; still++) {
      await new Promise(requestAnimationFrame);
      let moves = scrolled !== scrollY || document.getAnimations().length > 0 ||
        document.querySelector(".leaflet-zoom-anim, .leaflet-pan-anim, .leaflet-cluster-anim") !== null;
      window.dateline?.map.eachLayer((layer) => (moves ||= Boolean(layer.isLoading?.())));
      if (moves) still = 0;
      scrolled = scrollY;
    }
  }, wait);
