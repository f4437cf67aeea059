// What is checked on every page: accessibility by axe, in light and dark, on phone and desktop; and a picture of each.
// TRACEWRIGHT_LOOKS=two leaves out half of the four, the phone in the dark and the desktop in the light.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import { ROOT } from "./product.mjs";

const PICTURES = join(ROOT, "target/screenshots");
const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1360, height: 900 } };
const THEMES = process.env.TRACEWRIGHT_LOOKS === "two" ? { phone: ["light"], desktop: ["dark"] } : { phone: ["light", "dark"], desktop: ["light", "dark"] };
const RULES = { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] };

/** Fails with axe's findings, or when a page is wider than its window. Pictures go to target/screenshots. */
export async function look(page, name) {
  mkdirSync(PICTURES, { recursive: true });
  // A button is paler while its form is being sent.
  await page.waitForFunction(() => !document.querySelector(".htmx-request, [data-sending]"));
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    // Scrolled down, the bar at the top may lie over the edge of a link, wherever the last click left the page.
    await page.evaluate(() => scrollTo(0, 0));
    for (const colorScheme of THEMES[size]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.screenshot({ path: join(PICTURES, `${name}-${size}-${colorScheme}.png`), fullPage: true });
      assert.deepEqual(await findings(page), [], `axe on ${name}, ${size}, ${colorScheme}`);
    }
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= viewport.width, `${name} is ${width} px wide on a ${size} of ${viewport.width} px`);
  }
  await page.setViewportSize(SIZES.desktop);
  await page.emulateMedia({ colorScheme: "light" });
}

/** One line for each element that breaks a rule. */
async function findings(page) {
  await page.evaluate(axe.source);
  const result = await page.evaluate((rules) => globalThis.axe.run(document, rules), RULES);
  return result.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.any.map((check) => check.message).join("; ")}`),
  );
}

/** Collects what the browser itself complains about: script errors, refused resources, failed loads. */
export function complaints(page) {
  const heard = [];
  page.on("console", (message) => message.type() === "error" && heard.push(message.text()));
  page.on("pageerror", (error) => heard.push(String(error)));
  page.on("response", (answer) => answer.status() >= 500 && heard.push(`${answer.status()} ${answer.url()}`));
  return heard;
}
