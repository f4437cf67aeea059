// Starts the binary under test with a data folder of its own, and a Chromium beside it. One `open` for each test file.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chromium } from "playwright-core";

export const ROOT = resolve(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "../..");
export const OWNER = { email: "owner@example.org", password: "correct-horse-battery-staple" };
export const AUDITOR = { email: "auditor@example.org", password: "another-horse-another-staple" };
export const KEYS = { public: "pk-lf-browser-tests", secret: "sk-lf-browser-tests" };
const BINARY = process.env.TRACEWRIGHT_BIN ?? join(ROOT, "target/debug/tracewright");

/** Milliseconds that anything may take which a test waits for: for a machine that hardly gets to it. */
export const PATIENCE = 90_000;
const FIRST_START = {
  // Other servers that tests pull from stand on this machine too.
  TRACEWRIGHT_PULL_PRIVATE_ADDRESSES: "true",
  TRACEWRIGHT_INIT_PROJECT_ID: "browser",
  TRACEWRIGHT_INIT_PROJECT_NAME: "Browser tests",
  TRACEWRIGHT_INIT_PUBLIC_KEY: KEYS.public,
  TRACEWRIGHT_INIT_SECRET_KEY: KEYS.secret,
  TRACEWRIGHT_INIT_OWNER_EMAIL: OWNER.email,
  TRACEWRIGHT_INIT_OWNER_PASSWORD: OWNER.password,
};

/** What the product calls its order `count` of this year, such as `WO-2026-001`. */
export const orderNumber = (count) => `WO-${new Date().getUTCFullYear()}-${String(count).padStart(3, "0")}`;

/** A running product and browser; `flags` go to `serve`. Call `close` at the end. */
export async function open(...flags) {
  const folder = mkdtempSync(join(tmpdir(), "tracewright-browser-"));
  const log = join(folder, "server.log");
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const where = ["--data", join(folder, "data")];
  const out = openSync(log, "a");
  const env = { ...process.env, ...FIRST_START };
  const server = spawn(BINARY, ["serve", "--listen", `127.0.0.1:${port}`, ...where, ...flags], { env, stdio: ["ignore", out, out] });
  await ready(url, server, log);
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", timeout: PATIENCE });

  const command = (...words) => {
    const run = spawnSync(BINARY, [...words, ...where], { encoding: "utf8" });
    if (run.status !== 0) throw new Error(`${words.join(" ")} ended with ${run.status}:\n${run.stdout}${run.stderr}`);
    return run.stdout;
  };
  const close = async () => {
    await browser.close();
    const gone = new Promise((done) => server.once("exit", done));
    server.kill("SIGTERM");
    await gone;
    rmSync(folder, { recursive: true });
  };
  return { url, folder, browser, command, close, log: () => readFileSync(log, "utf8") };
}

/** Who `serve --demo` made up for this role: it prints a sign-in for each of its people. */
export function demoPerson(product, role) {
  const line = new RegExp(`${role}\\s+(\\S+@\\S+)\\s+password (\\S+)`).exec(product.log());
  if (!line) throw new Error(`no sign-in of a ${role} was printed:\n${product.log()}`);
  return { email: line[1], password: line[2] };
}

/** A page in a browser window of its own (so, of its own session), signed in as `who`. */
export async function signIn(product, who, options = {}) {
  const page = await newPage(product, options);
  await page.goto("/sign-in");
  await page.getByLabel(/mail/i).fill(who.email);
  await page.getByLabel(/password/i).fill(who.password);
  await page.getByRole("button", { name: /sign in/i }).click();
  await page.waitForURL((address) => !address.pathname.startsWith("/sign-in"));
  return page;
}

/** A page in a browser window of its own, nobody signed in. */
export async function newPage(product, options = {}) {
  const context = await product.browser.newContext({ baseURL: product.url, viewport: { width: 1360, height: 900 }, ...options });
  context.setDefaultTimeout(PATIENCE);
  return context.newPage();
}

/** The owner makes an account by the page of people; the link that sets its password. */
export async function invite(owner, { name, email, role }) {
  await owner.locator("#account-menu > summary").click();
  await owner.locator("#account-menu").getByRole("link", { name: "People", exact: true }).click();
  await owner.waitForURL("**/people");
  const form = owner.locator("#new-account");
  await form.getByLabel("Name").fill(name);
  await form.getByLabel(/email/i).fill(email);
  await form.getByLabel(role, { exact: true }).check();
  await form.getByRole("button", { name: "Create account" }).click();
  const shown = owner.locator("main", { hasText: `Send this link to ${name}` }).locator(".copyable");
  return /https?:\S+/.exec(await shown.innerText())[0];
}

/** Whoever follows such a link chooses a password and is signed in. */
export async function setPassword(page, password) {
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByLabel("Repeat password").fill(password);
  await page.getByRole("button", { name: "Set the password and sign in" }).click();
  await page.waitForURL((address) => address.pathname === "/");
}

/** Signs what is shown; the first signature of a session asks for the email too. */
export async function sign(page, who) {
  await page.locator('main input[name="password"]').waitFor();
  const email = page.locator('main input[name="email"]');
  if ((await email.count()) > 0) await email.fill(who.email);
  await page.locator('main input[name="password"]').fill(who.password);
  await page.locator("main form button.primary, main form button").filter({ hasText: /sign/i }).last().click();
}

/** Asks again and again until it holds. */
export async function eventually(product, holds) {
  for (const begun = Date.now(); Date.now() - begun < PATIENCE; await new Promise((done) => setTimeout(done, 100))) {
    if (await holds()) return;
  }
  throw new Error(`never happened:\n${product.log()}`);
}

/** Unfolds the steps of the order on the page; only the next one stands open by itself. */
export async function unfold(page) {
  const folded = page.locator("details.step:not([open]) > summary h2");
  while ((await folded.count()) > 0) await folded.first().click();
}

async function ready(url, server, log) {
  for (const begun = Date.now(); Date.now() - begun < PATIENCE && server.exitCode === null; ) {
    const answer = await fetch(`${url}/api/public/ready`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  server.kill("SIGKILL");
  throw new Error(`the server did not start:\n${readFileSync(log, "utf8")}`);
}

function freePort() {
  return new Promise((done) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}
