// Drives the page of a virtual module, at whose prompt scripts run that are typed into the page's own console.
export default async function ({ open, axe, shot, comes, assert }) {
  await desk();
  await languages();
  for (const scheme of ["light", "dark"]) {
    for (const [width, height] of [[1280, 900], [390, 844]]) await looks(scheme, width, height);
  }

  async function desk() {
    const page = await open();
    const card = (name) => page.getByRole("region", { name, exact: true });
    const press = (of, name) => of.getByRole("button", { name, exact: true }).click();
    const bench = card("Bench file").locator("pre");

    // Consoles: what is typed at a port is answered there.
    const at = card("AT port"), repl = card("REPL port");
    const type = async (port, text) => {
      await port.getByRole("textbox").fill(text);
      await port.getByRole("textbox").press("Enter");
    };
    await type(at, "AT+CSQ");
    await comes(() => at.getByRole("log").innerText(), /\+CSQ: 24,99\s+OK/);
    await comes(() => repl.getByRole("log").innerText(), />>> $/);
    await type(repl, "1 + 1");
    await comes(() => repl.getByRole("log").innerText(), />>> 1 \+ 1\n2\n>>> $/);
    await repl.getByRole("textbox").press("ArrowUp");
    assert.equal(await repl.getByRole("textbox").inputValue(), "1 + 1");
    await repl.getByRole("textbox").fill("def f(x):\n    if x:\n        return x * 3\n    return 0\n");
    await press(repl, "Send");
    await type(repl, "print('</script>', f(7), '\\x1b[31mred')");
    await comes(() => repl.getByRole("log").innerText(), /<\/script> 21 red/);
    await type(repl, "while True: pass");
    await type(repl, "");
    await press(repl, "Ctrl-C: interrupt");
    await comes(() => repl.getByRole("log").innerText(), /KeyboardInterrupt/);

    // Signal and registration.
    const network = card("Network");
    await network.getByLabel("signal", { exact: true }).fill("7");
    await comes(() => network.innerText(), /csq 7 · -99 dBm/);
    await type(at, "AT+CSQ");
    await comes(() => at.getByRole("log").innerText(), /\+CSQ: 7,99/);
    await network.getByLabel("registration").selectOption("searching");
    await comes(() => network.innerText(), /1\s+not active/);
    await network.getByLabel("registration").selectOption("home");
    await comes(() => network.innerText(), /1\s+10\.81\.0\.2/);
    await press(network, "End 1");
    await press(network, "Make 1");
    await comes(() => bench.innerText(), /network_signal = \{ csq = 7 \}[\s\S]*state = "home"[\s\S]*active = true/);

    // The card, messages and calls.
    const mail = card("Short messages");
    await card("SIM card").getByLabel("state").selectOption("absent");
    await comes(() => network.innerText(), /1\s+not active/);
    await mail.getByLabel("text").fill("lost");
    await press(mail, "Let it come");
    await comes(() => mail.getByRole("status").innerText(), /OSError: .*the module is not registered/);
    await card("SIM card").getByLabel("state").selectOption("ready");
    await press(network, "Make 1");
    await comes(() => network.innerText(), /1\s+10\.81\.0\.2/);
    await mail.getByLabel("text").fill("</script><img src=x onerror=pwned=1>");
    await press(mail, "Let it come");
    await comes(() => mail.innerText(), /ME 1 \/ 180[\s\S]*<\/script><img src=x/);
    await type(repl, "import sms; sms.sendTextMsg('10010', 'hello', 'GSM')");
    await comes(() => mail.innerText(), /Sent[\s\S]*10010[\s\S]*hello/);
    const calls = card("Calls");
    await press(calls, "Ring");
    await comes(() => calls.getByRole("status").first().innerText(), /comes in\s*\+8613800000000/);
    await comes(() => at.getByRole("log").innerText(), /RING/);
    await type(at, "ATA");
    await comes(() => calls.innerText(), /active/);
    await calls.getByLabel("DTMF").fill("12#");
    await press(calls, "Send tones");
    await press(calls, "The other side hangs up");
    await comes(() => calls.innerText(), /no call/);
    await calls.getByLabel(/when it calls/).selectOption("rings");
    await type(at, "ATD10086;");
    await comes(() => calls.innerText(), /the other side rings/);
    await press(calls, "The other side answers");
    await comes(() => calls.innerText(), /active/);
    await type(at, "ATH");

    // Pins, converters and a display that a script drives.
    const pins = card("Pins");
    await type(repl, "import machine; a = machine.Pin(machine.Pin.GPIO7, 1, 0, 0); b = machine.Pin(machine.Pin.GPIO8, 0, 1, 0)");
    const lit = (n) => pins.locator("li", { hasText: "GPIO" + n }).locator(".lamp.lit").count();
    await comes(() => pins.innerText(), /GPIO7\s*0\s*output[\s\S]*GPIO8\s*1\s*input · pulled up/);
    await type(repl, "a.write(1)");
    await comes(() => lit(7), 1);
    await pins.getByRole("button", { name: "GPIO8: 1" }).click();
    await comes(() => pins.innerText(), /GPIO8\s*0\s*input · pulled up · driven from outside/);
    await type(repl, "print('b is', b.read())");
    await comes(() => repl.getByRole("log").innerText(), /b is 0/);
    await pins.getByLabel("GPIO", { exact: true }).fill("12");
    await press(pins, "Drive high");
    await comes(() => lit(12), 1);
    await pins.getByLabel("mV").fill("1234");
    await press(pins, "Set");
    await comes(() => pins.innerText(), /ADC0: 1234 mV/);
    const display = card("Display and keys");
    await type(repl, "lcd = machine.LCD(); lcd.lcd_init(b'\\0\\0\\x01', 96, 64, 6500, 1, 4, 0, b'\\0\\0\\x2c', None, None, None)");
    await comes(() => display.innerText(), /96 × 64 · on/);
    const colour = () => display.locator("img").evaluate((img) => {
      const c = document.createElement("canvas").getContext("2d");
      c.drawImage(img, 0, 0);
      return String([...c.getImageData(10, 10, 1, 1).data]);
    });
    await type(repl, "lcd.lcd_clear(0x07e0)");
    await comes(colour, "0,255,0,255");
    await type(repl, "keys = machine.KeyPad(2, 3); keys.set_callback(print); keys.init()");
    await display.getByRole("button", { name: "key 1, 2" }).click();
    await comes(() => repl.getByRole("log").innerText(), /\[1, 1, 2\][\s\S]*\[0, 1, 2\]/);

    // The place: by a click, and by the form.
    const place = card("Place");
    await comes(() => place.innerText(), /The receiver has no fix/);
    await place.locator("svg").click();
    await comes(() => place.innerText(), /31\.8[12]\d*°, 117\.1[01]\d*° · 8 satellites/);
    await place.getByLabel("latitude").fill("31.9");
    await place.getByLabel("longitude").fill("-0.25");
    await place.getByLabel("km/h").fill("36.5");
    await press(place, "Go there");
    await comes(() => place.innerText(), /31\.9°, -0\.25°/);
    await press(place, "Nearer");
    await type(repl, "from gnss import GnssGetData; g = GnssGetData(1, 9600, 8, 0, 1, 0); g.read_gnss_data(); print(g.getLocation())");
    await comes(() => repl.getByRole("log").innerText(), /\(0\.25, 'W', 31\.9, 'N'\)/);

    // The module: a command that is refused, noise, off and on again.
    const module = card("Module");
    await module.getByLabel("+CME ERROR").fill("14");
    await press(module, "Refuse the next");
    await comes(() => bench.innerText(), /at_refused/);
    await type(at, "AT+CSQ");
    await comes(() => at.getByRole("log").innerText(), /\+CME ERROR: 14/);
    await module.getByLabel("speed of the ports").selectOption("9600");
    await comes(() => bench.innerText(), /line_speed = \{ baud = 9600 \}/);
    await module.getByLabel("speed of the ports").selectOption("0");
    await press(module, "Switch off");
    await comes(() => at.getByRole("log").innerText(), /POWERED DOWN/);
    await press(module, "Switch on");
    await comes(() => at.getByRole("log").innerText(), /RDY/);
    await comes(() => module.locator(".badge").first().innerText(), "on");

    // All other functions have a form, made from their table; mistakes are told.
    const all = card("All that can happen");
    await all.getByLabel("function of quecstar").selectOption("i2c_registers");
    await all.getByLabel("bus").fill("0");
    await all.getByLabel("address").fill("64");
    await all.getByLabel("register").fill("0");
    await all.getByLabel("values").fill("hex: 12 34");
    await press(all, "Do it");
    await comes(() => all.getByRole("status").innerText(), "done");
    await comes(() => pins.innerText(), /I2C0: 0x40/);
    await all.getByLabel("function of quecstar").selectOption("gnss_track");
    await all.getByLabel("points").fill("[[0, 1, 2");
    await press(all, "Do it");
    assert.doesNotMatch(await bench.innerText(), /gnss_track/); // it is no JSON
    await all.getByLabel("points").fill("[[0, 31.9, 117.11], [0.1, 91, 0]]");
    await press(all, "Do it");
    await comes(() => all.getByRole("status").innerText(), /latitude 91/);

    // What was done is there to be taken away.
    const [download] = await Promise.all([page.waitForEvent("download"), press(card("Bench file"), "Download")]);
    assert.equal(download.suggestedFilename(), "bench.toml");
    await comes(() => bench.innerText(), /text = "<\/script><img src=x onerror=pwned=1>"/);
    await shot(page, "desk");
    await press(card("Bench file"), "Begin anew");
    await comes(() => bench.innerText(), /^\s*$/);

    // The diagram has what happened; payloads are text.
    await comes(() => page.locator(".lanes").innerText(), /program\s+AT port\s+Module/);
    const find = page.getByRole("searchbox");
    await find.fill("CME ERROR: 14");
    await comes(() => page.getByRole("option", { name: /Module → program/ }).count(), 1);
    await find.fill("sms");
    await comes(() => page.getByRole("option", { name: /sms.sent 10010/ }).count(), 1);
    await comes(() => page.getByRole("option", { name: /by hand: sms_arrives = \{ number/ }).count().then((n) => n > 0), true);
    await find.fill("");
    assert.equal(await page.evaluate("window.pwned"), undefined);
    await page.close();
  }

  async function languages() {
    const page = await open({ locale: "zh-CN" });
    await comes(() => page.locator("h1").innerText(), "虚拟模组");
    await comes(() => page.getByRole("region", { name: "短信" }).count(), 1);
    await shot(page, "chinese");
    await page.locator("#language").selectOption("en");
    await comes(() => page.locator("h1").innerText(), "Virtual module");
    await comes(() => page.getByRole("region", { name: "REPL port" }).getByRole("log").innerText(), />>> /);
    await page.close();
  }

  async function looks(scheme, width, height) {
    const page = await open({ scheme, width, height });
    const what = `${scheme}-${width}`;
    await comes(() => page.locator(".display img").isVisible(), true);
    await axe(page, what);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), what + ": wider than the screen");
    await shot(page, what + "-top");
    for (const [name, part] of [["ports", ".port"], ["actions", ".bench"], ["diagram", ".happened"]]) {
      await page.locator(part).first().evaluate((el) => el.scrollIntoView({ block: "start" }));
      await shot(page, `${what}-${name}`);
    }
    await page.close();
  }
}
