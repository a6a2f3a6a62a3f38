// Drives the live page of a cloud with a meter that obeys, and devices that never come.
export default async function ({ open, axe, shot, comes, assert }) {
  await acts();
  await betweenFrames();
  await keys();
  await languages();
  for (const scheme of ["light", "dark"]) {
    for (const [width, height] of [[1280, 900], [390, 844]]) await looks(scheme, width, height);
  }

  async function acts() {
    const page = await open();
    const main = page.locator("main");
    await comes(() => page.locator(".about").innerText(), /1 of 4 devices online/);
    await page.getByRole("link", { name: /online meter_1/ }).click();
    await comes(() => main.locator("h2").innerText(), /online\s+meter_1/);
    await comes(() => main.locator(".shadow").innerText(), /state\s+"<\/script><img src=x onerror=/);

    // The diagram has what came before the page was opened, and a report from the device's lane to the cloud's.
    await comes(() => main.locator(".diagram .lanes").innerText(), /meter_1\s+device\s+cloud/);
    const shown = (name) => main.getByRole("option", { name }).count();
    await comes(() => shown(/meter_1 → cloud, report/), 1);

    // A command by the model: what does not fit is not sent.
    const send = main.getByRole("button", { name: "Send command" });
    await main.getByLabel("litres").fill("101");
    await send.click();
    assert.equal(await shown(/command adjust/), 0);
    await main.getByLabel("litres").fill("7");
    await main.getByLabel("serial").fill("1234567890123456789"); // JavaScript rounds it, JSON does not
    await main.getByLabel("factor").fill("0.75");
    await main.getByLabel("mode").selectOption("hard");
    await main.getByLabel(/^on/).selectOption("true");
    await main.getByLabel("note").fill('a "note"');
    await main.getByLabel("names").fill("one\ntwo");
    await main.getByLabel("more").fill('{"deep": [1, {}]}');
    await send.click();
    const answer = main.locator(".answer");
    await comes(() => answer.innerText(), /answered · 200/);
    for (const part of [/"serial": 1234567890123456789/, /"factor": 0.75/, /"mode": "hard"/, /"on": true/, /"note": "a \\"note\\""/]) {
      assert.match(await answer.innerText(), part);
    }
    assert.doesNotMatch(await answer.innerText(), /"at"/);
    await comes(() => shown(/cloud → meter_1, command/), 1);
    await comes(() => shown(/meter_1 → cloud, response/), 1);
    await comes(() => shown(/application → cloud, api\.call, POST \/devices\/meter_1\/commands/), 1);
    await comes(() => shown(/cloud → application, api\.answer, 200 OK POST/), 1);
    await main.getByRole("option", { name: /cloud → meter_1, command/ }).click();
    await comes(() => main.locator(".panel").innerText(), /"names": \[\s+"one",\s+"two"/);

    // One that the model does not have is refused by the API.
    await main.getByLabel("Command", { exact: true }).selectOption({ label: "another one …" });
    await main.getByLabel("service").fill("Control");
    await main.getByRole("textbox", { name: "command", exact: true }).fill("explode");
    await send.click();
    await comes(() => answer.innerText(), /refused · 4\d\d IOTDA\.[\s\S]*explode/);
    await comes(() => shown(/cloud → application, api\.answer, 4\d\d .*IOTDA\..*explode/), 1);

    // Properties: set at the device, which reports them, or as what is desired.
    await main.getByRole("tab", { name: "Properties" }).click();
    await main.getByLabel("limit").fill("33");
    await main.getByRole("button", { name: "Set at the device" }).click();
    await comes(() => main.locator(".shadow").innerText(), /limit\s+33/);
    await main.getByLabel("limit").fill("44");
    await main.getByRole("button", { name: "Set as desired" }).click();
    await comes(() => main.locator(".shadow").innerText(), /limit\s+44\s+44/); // the cloud tells the device, which reports

    await main.getByRole("tab", { name: "Message" }).click();
    await main.getByLabel("text or JSON").fill("hello");
    await main.getByRole("button", { name: "Send message" }).click();
    await comes(() => answer.innerText(), /answered · 201[\s\S]*DELIVERED/);

    await main.getByRole("tab", { name: "Upgrade" }).click();
    for (const content of ["new", "newer"]) { // a version may be offered again
      await main.getByLabel("new version").fill("2.0");
      await main.getByLabel("file").setInputFiles({ name: "fw.bin", mimeType: "application/octet-stream", buffer: Buffer.from(content) });
      await main.getByRole("button", { name: "Begin the upgrade" }).click();
      await comes(() => main.getByRole("button", { name: "Begin the upgrade" }).isEnabled(), true);
      await comes(() => answer.innerText(), /"status": "Success"/);
    }

    // A fault strikes, and is removed.
    await main.getByRole("tab", { name: "Faults" }).click();
    await main.getByLabel("Fault", { exact: true }).selectOption({ label: "lose what the cloud sends" });
    assert.equal(await main.getByLabel("device", { exact: true }).inputValue(), "meter_1");
    await main.getByLabel(/^how often/).fill("1");
    await main.getByRole("button", { name: "Order the fault" }).click();
    await comes(() => main.locator(".orders").innerText(), /lose what the cloud sends[\s\S]*meter_1[\s\S]*struck 0 times/);
    await shot(page, "faults");
    await main.getByRole("tab", { name: "Message" }).click();
    await main.getByRole("button", { name: "Send message" }).click();
    await comes(() => answer.innerText(), /answered · 201/);
    await main.getByRole("tab", { name: "Faults" }).click();
    await comes(() => main.locator(".orders").innerText(), /struck 1 times/);
    await main.getByRole("button", { name: /^Remove/ }).click();
    await comes(() => main.locator(".orders").innerText(), /No fault is ordered/);

    // A connection that is ended; what is paused stands still.
    await page.getByRole("button", { name: "Pause" }).click();
    const rows = await main.locator(".toolbar [role=status]").last().innerText();
    await main.getByRole("button", { name: "Freeze" }).click();
    await comes(() => page.getByRole("link", { name: /frozen meter_1/ }).count(), 1);
    assert.equal(await main.locator(".toolbar [role=status]").last().innerText(), rows);
    await main.getByRole("button", { name: "Unfreeze" }).click();
    await page.getByRole("button", { name: "Paused" }).click();
    await comes(() => shown(/disconnect/), 1);

    await page.getByRole("link", { name: /All devices/ }).click();
    await comes(() => main.locator("h2").innerText(), /All devices/);
    await page.getByRole("searchbox", { name: "Search devices" }).fill("meter_3");
    await comes(() => page.locator(".tests li").count(), 2);
    assert.equal(await page.evaluate("window.pwned"), undefined);
    await comes(() => page.locator("img").count(), 0);
    await page.close();
  }

  // What comes between two frames is drawn once, also where a person chooses a device meanwhile.
  async function betweenFrames() {
    const page = await open({ hash: "#*" });
    const main = page.locator("main");
    await comes(() => main.getByRole("option").count().then((n) => n > 0), true);
    await page.evaluate(() => {
      globalThis.held = [];
      globalThis.frames = globalThis.requestAnimationFrame;
      globalThis.requestAnimationFrame = (f) => held.push(f);
    });
    const status = await page.evaluate(async () => (await fetch("api/v5/iot/p/devices/meter_1/messages?once", { method: "POST",
      headers: { "Content-Type": "application/json" }, body: JSON.stringify({ message: "only once" }) })).status);
    assert.equal(status, 201);
    await comes(() => page.locator(".about").innerText(), /[1-9]\d* events\/s/); // they have come
    await page.getByRole("link", { name: /meter_1/ }).click();
    await comes(() => main.locator("h2").innerText(), /meter_1/);
    await page.evaluate(() => {
      globalThis.requestAnimationFrame = frames;
      for (const f of held) frames(f);
    });
    const once = main.getByRole("option", { name: /application → cloud, api\.call, POST .*messages\?once/ });
    await comes(() => once.count().then((n) => n > 0), true);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    assert.equal(await once.count(), 1);
    await page.close();
  }

  // All of it by the keyboard alone: a device is found, a tab chosen, a form filled and sent, and a row read.
  async function keys() {
    const page = await open({ hash: "#*" });
    const main = page.locator("main");
    const focused = () => page.evaluate(() => document.activeElement.textContent.trim() || document.activeElement.id);
    // tab presses Tab until what is wanted has the focus.
    const tab = async (wanted) => {
      for (let n = 0; n < 80; n++) {
        if (wanted.test(await focused())) return;
        await page.keyboard.press("Tab");
      }
      assert.fail(`Tab never comes to ${wanted}`);
    };
    await page.locator("#search").focus();
    await page.keyboard.type("meter_1");
    await comes(() => page.locator(".tests li").count(), 2);
    await tab(/^online\s*meter_1/);
    await page.keyboard.press("Enter");
    await comes(() => main.locator("h2").innerText(), /meter_1/);
    await comes(() => main.getByRole("tab").count(), 5);
    await tab(/^Command$/);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await comes(focused, "Message");
    await page.keyboard.press("Tab");
    const text = main.getByRole("tabpanel").or(main.locator(".tab-body")).locator("textarea").first();
    for (let n = 0; n < 10 && !await text.evaluate((el) => el === document.activeElement); n++) await page.keyboard.press("Tab");
    await page.keyboard.type("by keys alone");
    await tab(/^Send message$/);
    await page.keyboard.press("Enter");
    await comes(() => main.locator(".answer").innerText(), /answered · 201[\s\S]*message_id/);
    const list = main.locator(".diagram");
    for (let n = 0; n < 40 && !await list.evaluate((el) => el === document.activeElement); n++) await page.keyboard.press("Tab");
    await page.keyboard.press("End");
    await comes(() => list.getByRole("option", { selected: true }).count(), 1);
    await comes(() => main.locator(".panel .facts").count(), 1);
    await page.close();
  }

  async function languages() {
    const page = await open({ locale: "zh-CN", hash: "#meter_1" });
    await comes(() => page.locator("h1").innerText(), /实时云平台/);
    await comes(() => page.getByRole("tab", { name: "命令" }).count(), 1);
    await shot(page, "chinese");
    await page.locator("#language").selectOption("en");
    await comes(() => page.locator("h1").innerText(), /Live cloud/);
    await page.close();
  }

  async function looks(scheme, width, height) {
    const page = await open({ scheme, width, height });
    const what = `${scheme}-${width}`;
    await comes(() => page.locator(".tests li").count(), 5);
    const atEnd = (el) => el.scrollHeight - el.clientHeight - el.scrollTop < 2;
    await comes(() => page.locator("main .diagram").evaluate(atEnd), true); // the newest is in sight
    await shot(page, what + "-all");
    await axe(page, what + " all");
    await page.getByRole("link", { name: /meter_1/ }).press("Enter");
    await comes(() => page.locator("main .shadow").count(), 1);
    await comes(() => page.getByRole("button", { name: "Send command" }).count(), 1);
    await axe(page, what + " device");
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), what + ": wider than the screen");
    await shot(page, what + "-device");
    for (const tab of ["Properties", "Message", "Upgrade", "Faults"]) {
      await page.getByRole("tab", { name: tab }).click();
      await axe(page, `${what} ${tab}`);
    }
    await shot(page, what + "-faults");
    await page.locator("main .diagram").evaluate((el) => el.scrollIntoView({ block: "start" }));
    await shot(page, what + "-diagram");
    await page.close();
  }
}
