package suite

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// suitesDir are the suites that people copy, in the folder of scripts.
const suitesDir = "../../scripts"

// mutation is a fault that is put into a script.
type mutation struct {
	name, script, replace, by string
	test                      string // FILE::NAME, with [CASE] where it has cases
}

// mutations are faults that a script under test may have, each with a test of its suite that must see it.
var mutations = []mutation{
	{"no answer to a command", "meter.py", `send(where + "/request_id="`, `str(where + "/request_id="`,
		"iotda_test.star::test_command_is_answered"},
	{"an answer with another id", "meter.py",
		`"/request_id=" + request_id, answer(`, `"/request_id=x" + request_id, answer(`,
		"iotda_test.star::test_command_is_answered"},
	{"a command that is not carried out", "meter.py", `"open" if paras["open"] else "closed"`, `"open"`,
		"iotda_test.star::test_command_is_answered"},
	{"every command is well", "meter.py", `return {"result_code": 1,`, `return {"result_code": 0,`,
		"iotda_test.star::test_unknown_command_is_refused_by_the_meter"},
	{"no report", "meter.py", "    online = True\n    report()", "    online = True",
		"iotda_test.star::test_the_first_report_is_early"},
	{"reports at another time", "meter.py", "REPORT_EVERY = 30", "REPORT_EVERY = 35",
		"iotda_test.star::test_report_fits_the_model"},
	{"a value out of the model", "meter.py", `"valve": "open", "limit"`, `"valve": "ajar", "limit"`,
		"iotda_test.star::test_report_fits_the_model"},
	{"a property that is not kept", "meter.py", `values.update(service["properties"])`, `pass`,
		"iotda_test.star::test_property_set_is_answered"},
	{"a stale answer", "meter.py", `return {"services": [{"service_id": "Meter", "properties": values}]}`,
		`return {"services": [{"service_id": "Meter", "properties": {"valve": "open"}}]}`,
		"iotda_test.star::test_property_get_tells_the_current_state"},
	{"no message up", "meter.py", `send("messages/up"`, `str("messages/up"`, "iotda_test.star::test_message_comes_back"},
	{"no reconnect", "meter.py", "        client.close()\n", "        return\n",
		"mqtt_connect_test.star::test_server_closes"},
	{"no reconnect after a day's first loss", "meter.py", "        client.close()\n", "        return\n",
		"soak_test.star::test_a_thousand_reconnects"},
	{"a clock that is not asked", "meter.py", `"_0_1_"`, `"_0_0_"`,
		"mqtt_connect_test.star::test_old_time_stamp_is_refused"},
	{"tries without end and pause", "meter.py", "utime.sleep(wait + urandom.random())", "utime.sleep(1)",
		"mqtt_connect_test.star::test_unstable_link_does_not_storm"},
	{"tries that do not slow down", "meter.py", "wait = min(wait * 2, 60)", "wait = 1",
		"mqtt_connect_test.star::test_no_connack_backs_off"},
	{"another id", "meter.py", `device = "meter_"`, `device = "metre_"`,
		"mqtt_connect_test.star::test_connect_is_taken"},
	{"no will", "echo.py", `client.set_last_will(`, `str(`,
		"mqtt_connect_test.star::test_will_is_sent_when_the_device_is_lost"},
	{"a will that is not kept", "echo.py", `"lost", retain=True`, `"lost", retain=False`,
		"mqtt_connect_test.star::test_will_is_sent_when_the_device_is_lost"},
	{"no keepalive", "echo.py", `"keepalive": 60`, `"keepalive": 0`,
		"mqtt_connect_test.star::test_lost_pingresp_ends_the_connection"},
	{"messages are lost", "echo.py", "    print(\"got\", topic, msg)\n", "    if msg == b\"50\":\n        return\n",
		"mqtt_publish_test.star::test_burst_is_not_lost"},
	{"a report that fits", "flood.py", "(1 << 20, 100)", "(100, 100)",
		"mqtt_publish_test.star::test_payload_beyond_the_limit_is_dropped"},
	{"anyone is obeyed", "sms_valve.py", "if number != OWNER:", "if False:", "sms_test.star::test_stranger_is_ignored"},
	{"messages are kept", "sms_valve.py", "    sms.deleteMsg(index)\n", "",
		"sms_test.star::test_store_does_not_fill_up"},
	{"no answer to a message", "sms_valve.py",
		`if sms.sendTextMsg(number, "the valve is " + state, "GSM") != 0:`, "if False:",
		"sms_test.star::test_message_is_answered[open]"},
	{"the refusal is not looked at", "sms_valve.py", "!= 0:", "== 5:", "sms_test.star::test_refused_answer_is_noticed"},
	{"a report that is never dear", "thrifty.py", "60 if 10 <= csq <= 31 else 600", "60",
		"network_test.py::test_reports_are_fewer_where_they_are_dear[weak]"},
	{"a report that is always dear", "thrifty.py", "60 if 10 <= csq <= 31 else 600", "600",
		"network_test.py::test_reports_are_fewer_where_they_are_dear[strong]"},
	{"an hour of NTP that is wrong", "ntp_server.py", "SINCE_1900 = 2208988800", "SINCE_1900 = 2208985200",
		"time_test.py::test_ntp_and_network_agree"},
	{"no answer to NTP", "ntp_server.py", "udp.sendto(", "str(", "time_test.py::test_ntp_sets_the_clock"},
	{"never asleep", "sleeper.py", "    pm.wakelock_unlock(lock)\n", "", "board_test.py::test_sleep_and_wake"},
	{"asleep while it reports", "sleeper.py", "    pm.wakelock_lock(lock)\n", "", "board_test.py::test_sleep_and_wake"},
	{"a copy that is not made", "safe.py", `backup_restore.bak_update("/usr/settings.json", {"limit": 100})`, "pass",
		"power_test.star::test_broken_settings_are_put_back"},
	{"a torn file ends it", "boots.py", "(OSError, ValueError)", "OSError", "files_test.py::test_boot_counter[torn]"},
	{"a count that stands", "boots.py", "boots += 1", "boots = 1", "files_test.py::test_boot_counter[tenth]"},
	{"half an update is made", "updater.py", "if failed:", "if False:",
		"fota_test.star::test_one_broken_file_stops_all"},
	{"the leak is not seen", "leak.py", "valve.write(0)", "pass", "board_test.py::test_pin"},
	{"a watchdog that is fed for ever", "hangs.py", "range(9)", "range(100)", "board_test.py::test_watchdog_bites"},
	{"a server that repeats itself", "echo_server.py", "sock.sendall(data)\n", "sock.sendall(data[:4])\n",
		"sockets_test.py::test_tcp"},
	{"a server that does not hang up", "echo_server.py", `if data == b"bye":`, `if data == b"good bye":`,
		"sockets_test.py::test_remote_close"},
	{"chunks in another order", "http_server.py", `5\r\nhello\r\n6\r\n world\r\n`, `6\r\n world\r\n5\r\nhello\r\n`,
		"http_test.py::test_chunked"},
	{"a checksum that nobody looks at", "../../samples/ota_client.py", `!= offer["sign"].lower()`, `== ""`,
		"ota_test.star::test_package_that_is_not_installed[wrong_digest]"},
	{"a refusal that is a package", "../../samples/ota_client.py", "if answer.status_code == 200:", "if True:",
		"ota_test.star::test_package_that_is_not_installed[refused_token]"},
	{"any package is a program", "../../samples/ota_client.py", `compile(data.decode(), self.program, "exec")`, "pass",
		"ota_test.star::test_package_that_is_not_installed[no_program]"},
	{"a cut that ends it", "../../samples/ota_client.py", "if failed == TRIES:", "if True:",
		"ota_test.star::test_cut_connection_goes_on"},
	{"no word of its progress", "../../samples/ota_client.py", "self.progress(len(data) * 90 // size)", "pass",
		"ota_test.star::test_upgrade"},
	{"a program that is written in place", "../../samples/ota_client.py", `self.program + ".new", self.program)`,
		`self.program + ".new", self.program + ".old")`, "ota_test.star::test_downgrade"},
	{"a file that is written in place", "journal.py", `    with open("/usr/count.new", "w") as f:
        f.write(str(count))
        utime.sleep_ms(10)
        f.write(" end")
    uos.rename("/usr/count.new", "/usr/count.txt")`, `    with open("/usr/count.txt", "w") as f:
        f.write(str(count))
        utime.sleep_ms(10)
        f.write(" end")`, "power_test.star::test_files_are_whole[soon]"},
	{"no reconnect behind a restart of the module", "meter.py", "        client.close()\n", "        return\n",
		"power_test.star::test_module_restarts_under_the_script"},
	{"no second try", "meter.py", "        client.close()\n", "        return\n",
		"at_faults_test.star::test_a_refused_connection_is_tried_again"},
	{"nothing is said", "says.py", "in says:", "in []:", "messages_test.star::test_report_beside_the_model[out_of_range]"},
	{"a card that nobody asks for", "selftest.py", "sim.getStatus() == 1", "True",
		"module_test.star::test_selftest_sees_a_missing_card"},
	{"a data connection that stays lost", "netwatch.py", "dataCall.activate(1)", "pass",
		"network_test.py::test_watcher_makes_the_connection_again"},
	{"any server is trusted", "secure.py", `, ssl_params={"ca": ca}`, "", "tls_test.star::test_script_trusts"},
	{"an order without its parameters", "app.py", `"paras": {"open": False}`, `"paras": {}`,
		"application_test.star::test_application_commands_the_meter"},
	{"a sensor that always leaks", "gateway.py", `{"wet": 0}`, `{"wet": 1}`,
		"gateway_test.star::test_report_of_a_sub_device"},
	{"a new sensor that is ignored", "gateway.py", "new = [i for i in ids if i not in sensors]",
		"new = [] if sensors else ids", "gateway_test.star::test_application_adds_a_sub_device"},
	{"a sensor that is gone, and reported", "gateway.py", "sensors.remove(i)", "pass",
		"gateway_test.star::test_application_deletes_a_sub_device"},
	{"no log", "gateway.py", `say("$log", "log_report", log)`, "pass",
		"gateway_test.star::test_log_is_reported_while_it_is_wanted"},
	{"an event that ends it", "gateway.py", `print("ignored", kind)`, "raise ValueError(kind)",
		"gateway_test.star::test_event_that_the_gateway_does_not_know"},
}

// TestSuitesSeeFaults: each suite is green with its script as it is, and red with a fault in it.
func TestSuitesSeeFaults(t *testing.T) {
	root := t.TempDir()
	if err := os.CopyFS(root, os.DirFS(suitesDir)); err != nil {
		t.Fatal(err)
	}
	for _, m := range mutations {
		t.Run(m.name, func(t *testing.T) {
			path := filepath.Join(root, "suites", "devices", m.script)
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(text), m.replace) {
				t.Fatalf("%s has no %q", m.script, m.replace)
			}
			if r := runNamed(t, root, m.test); r.Verdict != Passed {
				t.Fatalf("%s without the fault: %s: %v", m.test, r.Verdict, r.Problems)
			}
			if err := os.WriteFile(path, []byte(strings.Replace(string(text), m.replace, m.by, 1)), 0o644); err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := os.WriteFile(path, text, 0o644); err != nil {
					t.Fatal(err)
				}
			}()
			if r := runNamed(t, root, m.test); !r.Verdict.Bad() {
				t.Errorf("%s does not see it: %s", m.test, r.Verdict)
			}
		})
	}
}

// runNamed runs one test of the suites beneath root, on its first device.
func runNamed(t *testing.T, root, id string) Result {
	t.Helper()
	file, name, _ := strings.Cut(id, "::")
	name, arg, _ := strings.Cut(strings.TrimSuffix(name, "]"), "[")
	o := Options{Root: filepath.Join(root, "suites"), Env: func(string) string { return "" }}
	tests, err := Collect(context.Background(), file, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range tests {
		if one.Name == name && one.Case == arg {
			return Run(context.Background(), one, 1, o, nil)
		}
	}
	t.Fatalf("%s has no test %s", file, id)
	return Result{}
}

// TestEverySuiteSeesAFault: no suite is without a mutation that turns it red.
func TestEverySuiteSeesAFault(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(suitesDir, "suites", "*_test.*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, path := range files {
		name := filepath.Base(path)
		if !slices.ContainsFunc(mutations, func(m mutation) bool { return strings.HasPrefix(m.test, name+"::") }) {
			t.Errorf("%s: no mutation turns it red", name)
		}
	}
}
