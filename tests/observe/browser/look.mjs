// Opens the console in Chromium and looks at it as a person would, with a ruler.
//
//   node look.mjs ADDRESS FOLDER
//
// Leaves pictures in FOLDER, and says on stdout in JSON what is wrong: a list of
// sentences, empty when nothing is.
import { chromium } from "playwright-core";

const [address, folder] = process.argv.slice(2);
const wrong = [];
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update",
    "--disable-sync"],
});

// What is measured in the page. Runs there.
function measure() {
  const found = [];
  const shown = (e) => e.checkVisibility() && e.getClientRects().length > 0;
  const name = (e) => `${e.tagName.toLowerCase()}${e.id ? `#${e.id}` : ""} "${
    e.textContent.trim().slice(0, 40)}"`;

  if (document.documentElement.scrollWidth > innerWidth) {
    found.push(`the page is ${document.documentElement.scrollWidth} px wide, the window ${innerWidth}`);
  }

  // Panels, tiles and what stands in the header do not lie on each other.
  const boxes = [...document.querySelectorAll("section, #tiles li, header > *, figure")].filter(shown);
  for (const [i, a] of boxes.entries()) {
    for (const b of boxes.slice(i + 1)) {
      if (a.contains(b) || b.contains(a)) continue;
      const [r, s] = [a.getBoundingClientRect(), b.getBoundingClientRect()];
      if (Math.min(r.right, s.right) - Math.max(r.left, s.left) > 1 &&
          Math.min(r.bottom, s.bottom) - Math.max(r.top, s.top) > 1) {
        found.push(`${name(a)} overlaps ${name(b)}`);
      }
    }
  }
  // Nor do texts, as far as they are not scrolled out of sight.
  const visible = (e) => {
    const r = e.getBoundingClientRect();
    const s = e.closest(".scroll")?.getBoundingClientRect() ?? r;
    return { left: Math.max(r.left, s.left), right: Math.min(r.right, s.right),
      top: Math.max(r.top, s.top), bottom: Math.min(r.bottom, s.bottom) };
  };
  const leaves = [...document.querySelectorAll("main *")].filter(
    (e) => shown(e) && !e.children.length && e.textContent.trim());
  for (const [i, a] of leaves.entries()) {
    const r = visible(a);
    for (const b of leaves.slice(i + 1, i + 60)) {
      const s = visible(b);
      if (Math.min(r.right, s.right) - Math.max(r.left, s.left) > 2 &&
          Math.min(r.bottom, s.bottom) - Math.max(r.top, s.top) > 4) {
        found.push(`${name(a)} overlaps ${name(b)}`);
      }
    }
  }
  for (const e of document.querySelectorAll("section, #tiles li, td, th, dd, button")) {
    if (shown(e) && e.scrollWidth > e.clientWidth + 1) found.push(`${name(e)} is cut off`);
  }

  // No panel is without something in it.
  for (const section of document.querySelectorAll("section")) {
    const words = section.textContent.replace(section.querySelector("h2").textContent, "").trim();
    if (!words) found.push(`${name(section)} is empty`);
  }
  if (document.querySelector("#health").textContent !== "ready") found.push("it does not say ready");

  // Charts have lines.
  for (const canvas of document.querySelectorAll("canvas")) {
    const chart = window.Chart.getChart(canvas);
    const points = chart.data.datasets.map((set) => set.data.filter((v) => v !== null).length);
    if (Math.min(...points) < 2) found.push(`${canvas.getAttribute("aria-label")}: ${points} points`);
    const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    if (!pixels.some((v) => v)) found.push("a chart is blank");
  }

  // Contrast, as WCAG 2.2 computes it, of each text on what is behind it.
  const channel = (v) => ((v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const parse = (c) => c.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || c[3] > 0) return c;
    }
    return [255, 255, 255];
  };
  let least = Infinity;
  for (const e of document.querySelectorAll("body *")) {
    if (!shown(e) || ![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) continue;
    const [a, b] = [light(parse(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
    const contrast = (a + 0.05) / (b + 0.05);
    least = Math.min(least, contrast);
    if (contrast < 4.5) found.push(`contrast of ${name(e)} is ${contrast.toFixed(2)}`);
  }
  return { found, least };
}

// Whether all charts have some points. (page.waitForFunction wants what the
// page's policy forbids.)
function isDrawn() {
  const charts = [...document.querySelectorAll("canvas")].map((c) => window.Chart?.getChart(c));
  return charts.length === 3 && charts.every((chart) => chart.data.datasets.every(
    (set) => set.data.filter((v) => v !== null).length > 3));
}

// What is on the page of the stories that the load tells.
async function checkWords(page, say) {
  const text = await page.locator("main").innerText();
  if (!text.includes('<b>Markets</b> & "prices" rise')) say("markup in a headline is not shown as text");
  if (await page.locator("#wire b").count()) say("a headline was taken for markup");
  if (!/[가-힣]{2}/.test(text)) say("there is no Korean on it");
  const korean = page.locator("#wire .headline:lang(ko)").first();
  if (!(await korean.count())) say("Korean is not marked as such");
  // A face that has no Hangul draws the same box for each syllable.
  const widths = await page.evaluate(() => {
    const draw = (c) => {
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = 40;
      const pen = canvas.getContext("2d");
      pen.font = `32px ${getComputedStyle(document.body).fontFamily}`;
      pen.fillText(c, 2, 32);
      return canvas.toDataURL();
    };
    return draw("한") === draw("글");
  });
  if (widths) say("Hangul is drawn as boxes");
}

async function checkKeyboard(page, say) {
  await page.keyboard.press("Tab");
  const first = await page.evaluate(() => document.activeElement.className);
  if (first !== "skip") say("the first stop of Tab is not the way to the wire");
  const stops = new Set();
  for (let i = 0; i < 12; ++i) {
    await page.keyboard.press("Tab");
    stops.add(await page.evaluate(() => document.activeElement.id
      || document.activeElement.getAttribute("aria-label") || document.activeElement.tagName));
  }
  for (const stop of ["pause", "The last changes", "Open notices"]) {
    if (!stops.has(stop)) say(`Tab does not reach "${stop}"`);
  }
  await page.locator("#pause").focus();
  await page.keyboard.press("Enter");
  if ((await page.locator("#pause").getAttribute("aria-pressed")) !== "true") say("Enter does not pause");
  await page.keyboard.press("Enter");
}

async function look(width, scheme) {
  const say = (what) => wrong.push(`${width} px, ${scheme}: ${what}`);
  const context = await browser.newContext({
    viewport: { width, height: width < 500 ? 844 : 900 }, colorScheme: scheme,
    deviceScaleFactor: width < 500 ? 2 : 1 });
  const page = await context.newPage();
  page.on("console", (m) => m.type() === "error" && say(`console: ${m.text()}`));
  page.on("pageerror", (e) => say(`error: ${e.message}`));
  page.on("request", (r) => {
    if (new URL(r.url()).host !== address && !r.url().startsWith("data:")) say(`asks ${r.url()}`);
  });
  await page.goto(`http://${address}/console`);
  const end = Date.now() + 60000;
  while (!(await page.evaluate(isDrawn)) && Date.now() < end) await page.waitForTimeout(200);
  const { found, least } = await page.evaluate(measure);
  found.forEach(say);
  await checkWords(page, say);
  await page.screenshot({ path: `${folder}/console-${width}-${scheme}.png`, fullPage: true });
  if (scheme === "light") await checkKeyboard(page, say);
  await context.close();
  return least;
}

async function withoutCharts() {
  const page = await browser.newPage();
  await page.route("**/console/chart.js", (route) => route.fulfill({ status: 404 }));
  await page.goto(`http://${address}/console`);
  await page.waitForSelector("#wire time");
  const text = await page.locator("#no-charts").innerText();
  if (!text.includes("libjs-chart.js")) wrong.push("without the library it does not say what to install");
  await page.close();
}

const least = [];
for (const width of [390, 1440]) {
  for (const scheme of ["light", "dark"]) least.push(await look(width, scheme));
}
await withoutCharts();
await browser.close();
console.log(JSON.stringify({ wrong, leastContrast: Math.min(...least) }));
