// Drives pages in Chromium for tests: node browser.mjs SCRIPT URL. The script's default function is given what stands
// below; it fails by throwing. An error of a page's own JavaScript, or a breach of its policy, fails the test, too.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const { QUECSTAR_BROWSER: modules, QUECSTAR_SHOTS: shots, CHROMIUM: executablePath } = process.env;
const { chromium } = await import(pathToFileURL(modules + "/playwright-core/index.mjs"));
const axeSource = readFileSync(modules + "/axe-core/axe.min.js", "utf8");
const [script, url] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const errors = [];

// open is a page of its own, when it is ready.
async function open({ width = 1280, height = 900, scheme = "light", locale = "en-GB", hash = "" } = {}) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: scheme, locale });
  page.setDefaultTimeout(60000);
  page.on("pageerror", (e) => errors.push(e.stack || String(e)));
  // A call of the application API, or an action around a module, that is refused is no mistake of the page.
  page.on("console", (m) => m.type() === "error" && !/\/api\/|\/act$/.test(m.location().url) && errors.push(m.text()));
  await page.goto(url + hash);
  await page.waitForSelector("body[data-ready]");
  return page;
}

// axe has axe-core look at a page: nothing serious may be found.
async function axe(page, what) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  const bad = violations.filter((v) => ["serious", "critical"].includes(v.impact)).map((v) =>
    `${v.id}: ${v.help}\n    ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200) + "\n    " + n.failureSummary).join("\n    ")}`);
  assert.equal(bad.length, 0, `axe, ${what}:\n  ${bad.join("\n  ")}`);
}

// comes waits until what is asked for is what is wanted: a page draws at its next frame.
async function comes(ask, want) {
  const until = Date.now() + 60000;
  for (let got; ;) {
    got = await ask();
    if (want instanceof RegExp ? want.test(got) : got === want) return;
    assert.ok(Date.now() < until, `${JSON.stringify(got)} does not become ${want}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

// shot keeps a picture in the folder that QUECSTAR_SHOTS names.
async function shot(page, name) {
  if (shots) await page.screenshot({ path: `${shots}/${name}.png` });
}

try {
  const run = (await import(pathToFileURL(script))).default;
  await run({ open, axe, shot, comes, assert, browser, url });
  assert.deepEqual(errors, []);
} catch (e) {
  console.error(e.stack, "\n", errors.join("\n"));
  process.exitCode = 1;
} finally {
  await browser.close();
}
