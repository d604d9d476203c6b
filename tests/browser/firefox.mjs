/* Opens pages and uses them as readers do, in one Firefox, and prints what it found as JSON.
   test_firefox.py starts it with the path of Firefox, the site's URL, and the pages by kind, and judges the result. */

import puppeteer from "puppeteer-core";

const { firefox, site, pages } = JSON.parse(process.argv[2]);
const WIDTHS = [390, 768, 1280];
const PATIENCE = 60_000; // milliseconds
const MANAGER = "fine-tuning/ml-engineer/manager/";
const complaints = [];

const browser = await puppeteer.launch({
  browser: "firefox",
  executablePath: firefox,
  protocolTimeout: PATIENCE,
  timeout: PATIENCE,
  defaultViewport: null,
  extraPrefsFirefox: { "layout.css.prefers-color-scheme.content-override": 0 }, // dark; the site's switch changes it
});

/** A window with its own storage, which reports errors, refused requests, and what the site's policy blocks. */
async function opened() {
  const page = await (await browser.createBrowserContext()).newPage();
  page.setDefaultTimeout(PATIENCE);
  // Before the first page is loaded, Firefox sometimes reports an error of its own.
  const complain = (text) => page.url() !== "about:blank" && complaints.push(`${page.url()}: ${text}`);
  page.on("console", (message) => message.type() === "error" && complain(message.text()));
  page.on("pageerror", (error) => complain(error.message));
  page.on("response", (answer) => answer.status() >= 400 && complain(`${answer.status()} ${answer.url()}`));
  await page.evaluateOnNewDocument(() => {
    addEventListener("securitypolicyviolation", (event) => console.error(`${event.violatedDirective} blocks ${event.blockedURI}`));
  });
  return page;
}

/** Puppeteer's own `page.setViewport` also sends a command that Firefox 140, the long-term version, does not know. */
async function resize(page, width, height) {
  await page.mainFrame().browsingContext.setViewport({ viewport: { width, height } });
}

/** The result of the function in the page, as soon as it is truthy. Puppeteer's own way of waiting needs eval, which
    the site's policy forbids. */
async function until(page, found, ...values) {
  for (const start = Date.now(); Date.now() - start < PATIENCE; ) {
    // While another page is loading, there is nothing to ask.
    const result = await page.evaluate(found, ...values).catch(() => null);
    if (result) return result;
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error(`waited in vain on ${page.url()}: ${found}`);
}

const arrived = (page, part) => until(page, (part) => document.readyState === "complete" && location.href.includes(part) && location.href, part);
const go = (page, path) => page.goto(site + path, { waitUntil: "load" });

/** What the page looks like now: sizes in pixels, lightness from 0 to 1. */
function look() {
  const root = document.documentElement;
  const box = (part) => part.getBoundingClientRect();
  const shown = (selector) => [...document.querySelectorAll(selector)].filter((part) => box(part).width > 0);
  const ground = getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).slice(0, 3);
  const [lead] = shown("article .lede, article h1 ~ p");
  return {
    overflow: root.scrollWidth - root.clientWidth,
    lightness: ground.reduce((sum, part) => sum + Number(part), 0) / 3 / 255,
    leadTop: lead ? box(lead).top + scrollY : 0,
    formulas: shown("math").length,
    flatFormulas: shown("math").filter((part) => box(part).height < 8).length,
    doubleDrawings: [...document.querySelectorAll("figure.diagram, figure.chart, .map__view")].filter(
      (figure) => [...figure.querySelectorAll("svg[class*=__]:not(.map__sample)")].filter((svg) => box(svg).width > 0).length !== 1,
    ).length,
    fonts: [...document.fonts].filter((font) => font.status === "loaded").map((font) => font.family.replaceAll('"', "")),
  };
}

/** The distance from the header to the switch, and the height of the switch, in the middle of the page. */
async function stuck(page) {
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight / 2));
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const found = await page.evaluate(() => {
    const [bar, head] = [".readers", ".md-header"].map((part) => document.querySelector(part)?.getBoundingClientRect());
    return bar && [bar.top - head.bottom, bar.height];
  });
  await page.evaluate(() => scrollTo(0, 0));
  return found;
}

async function looks(scheme) {
  const page = await opened();
  const found = [];
  await go(page, "");
  if (scheme === "light") await page.click('label[title="Switch to light mode"]');
  for (const [kind, path] of Object.entries(pages)) {
    await go(page, path);
    for (const width of WIDTHS) {
      await resize(page, width, 844);
      const switched = await stuck(page);
      await page.evaluate(() => document.fonts.ready.then(() => null));
      const first = await page.evaluate(look);
      await page.evaluate(() => document.querySelectorAll("details").forEach((part) => { part.open = true; }));
      const unfolded = await page.evaluate(look);
      await page.evaluate(() => document.querySelectorAll("details").forEach((part) => { part.open = false; }));
      found.push({ kind, width, scheme, switched, ...unfolded, leadTop: first.leadTop });
    }
  }
  await page.close();
  return found;
}

const text = (selector) => document.querySelector(selector)?.textContent.trim();

/** What readers do; each function returns what they see. */
const journeys = {
  async search(page) {
    await go(page, "");
    await page.click(".home-search button");
    await page.keyboard.type("finetunning", { delay: 10 });
    const first = await until(page, text, ".md-search-result__item h1, .md-search-result__item h2");
    await page.keyboard.press("Enter");
    return { first, opened: await arrived(page, "fine-tuning/") };
  },

  async reader(page) {
    await go(page, MANAGER);
    await page.evaluate(() => document.getElementById("questions").scrollIntoView());
    await page.click(".readers summary ::-p-text(Manager)");
    await page.click('.readers a[data-reader="ml-engineer/student"]');
    const address = await arrived(page, "/student/");
    const gap = await page.evaluate(() => {
      const [heading, bar] = ["#questions", ".readers"].map((part) => document.querySelector(part).getBoundingClientRect());
      return heading.top - bar.bottom;
    });
    await go(page, "");
    const chosen = await until(page, text, "button[aria-pressed=true]");
    const link = await page.evaluate(() => [...document.querySelectorAll(".home a")].find((one) => one.textContent === "Fine-tuning").href);
    await go(page, "label/");
    return { address, gap, chosen, link, notice: await until(page, text, ".as-before") };
  },

  async known(page) {
    await go(page, "path/");
    await page.click(".known input");
    await page.reload({ waitUntil: "load" });
    await until(page, () => document.querySelector(".known input").checked);
    return { next: await until(page, text, "[data-path-next]") };
  },

  async map(page) {
    await go(page, "map/");
    const lines = () => [...document.querySelectorAll(".map__view .map__line--used-with")].filter((line) => line.checkVisibility({ visibilityProperty: true })).length;
    const width = () => Math.max(...[...document.querySelectorAll(".map__view svg")].map((svg) => svg.getBoundingClientRect().width));
    const [before, narrow] = [await page.evaluate(lines), await page.evaluate(width)];
    const ends = await page.$eval(".map__wide .map__line--used-with", (line) => line.dataset.ends.split(" ")[0]);
    await page.hover(`.map__wide a[data-concept="${ends}"]`);
    const pointed = await until(page, lines);
    await page.click('[name="map-size"][value="3"]');
    const wide = await page.evaluate(width);
    await page.focus(".map__view");
    await page.keyboard.press("Tab");
    const concept = await page.evaluate(() => document.activeElement.dataset.concept);
    await page.keyboard.press("Enter");
    return { before, pointed, zoom: wide / narrow, concept, opened: await arrived(page, concept) };
  },

  async preview(page) {
    await go(page, MANAGER);
    await page.hover('article .see-also a[href*="/transfer-learning/"]');
    return { preview: await until(page, text, "#preview:not([hidden])") };
  },

  async folded(page) {
    await go(page, "examples/forgetting/");
    await page.click("figure.chart summary");
    return page.$eval("figure.chart", (chart) => {
      const [caption, numbers] = ["figcaption", "table"].map((part) => chart.querySelector(part).getBoundingClientRect());
      return { below: numbers.top - caption.bottom, height: numbers.height };
    });
  },

  async compare(page) {
    await go(page, "fine-tuning/");
    const [one, other] = await page.$$(".compare select");
    await one.select("software-architect/manager");
    await other.select("data-scientist/student");
    await page.click(".compare ::-p-text(Compare)");
    return until(page, () => {
      const columns = [...document.querySelectorAll(".compared section:nth-of-type(2) > div")].map((part) => part.getBoundingClientRect());
      return columns.length === 2 && { tops: columns.map(({ top }) => top), apart: columns[1].left - columns[0].right };
    });
  },

  async filter(page) {
    await go(page, "glossary/");
    await page.type(".az-filter input", "finetun");
    return { count: await until(page, text, "[data-az-count]") };
  },

  async print(page) {
    await go(page, MANAGER);
    const paper = Buffer.from(await page.pdf({ format: "A4" }));
    return { paper: paper.toString("base64") };
  },
};

const found = { looks: [...(await looks("dark")), ...(await looks("light"))], journeys: {} };
for (const [name, journey] of Object.entries(journeys)) {
  const page = await opened();
  await resize(page, 1280, 900);
  found.journeys[name] = await journey(page).catch((error) => ({ error: String(error) }));
  await page.close();
}
await browser.close();
// Other test processes, whose servers have other ports, read this too.
process.stdout.write(JSON.stringify({ ...found, complaints }).replaceAll(site, ""));
