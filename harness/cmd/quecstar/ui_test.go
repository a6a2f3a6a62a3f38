package main

import (
	"net/http"
	"os"
	"regexp"
	"testing"

	"quecstar/harness/web/webtest"
)

// link is the link to the live page that a program printed.
func (c *child) link(t testing.TB) string {
	t.Helper()
	c.err.await(t, "live page http://")
	return regexp.MustCompile(`live page (http://\S+/)`).FindStringSubmatch(c.err.String())[1]
}

// TestRunUI: behind the script's end the page stays and can run it again, Ctrl-C ends both, and the status is that of the
// last run.
func TestRunUI(t *testing.T) {
	script := file(t, "job.py", "import sys\nprint('here')\nsys.exit(7)\n")
	c := launch("run", "--ui", script)
	url := c.link(t)
	c.err.await(t, "stays until Ctrl-C")
	if status, _ := post(url+"again", "POST", ""); status != http.StatusNoContent {
		t.Errorf("again: %d", status)
	}
	c.out.await(t, "here\nhere\n")
	for {
		status, state := post(url+"state", "GET", "")
		if status != http.StatusOK {
			t.Fatalf("state: %d", status)
		}
		if result, ended := state["result"].(map[string]any); ended && state["run"] == 2.0 {
			if result["verdict"] != "failed" {
				t.Errorf("it ended as %v", result)
			}
			break
		}
	}
	c.signals <- os.Interrupt
	if status := c.wait(t, c.status); status != 7 {
		t.Errorf("status %d, %s", status, c.err)
	}
	if status, _ := post(url+"state", "GET", ""); status != 0 {
		t.Errorf("the page answers behind the end: %d", status)
	}
}

// TestRunUIStops: a person stops the script on the page, which stays; a run that runs is not begun again; Ctrl-C ends
// script and page at once.
func TestRunUIStops(t *testing.T) {
	script := file(t, "loop.py", "import utime\nprint('on')\nwhile True:\n    utime.sleep(1)\n")
	c := launch("run", "--ui", script)
	url := c.link(t)
	c.out.await(t, "on\n")
	if status, _ := post(url+"again", "POST", ""); status != http.StatusConflict {
		t.Errorf("again, while it runs: %d", status)
	}
	if status, _ := post(url+"stop", "POST", ""); status != http.StatusNoContent {
		t.Errorf("stop: %d", status)
	}
	c.err.await(t, "stays until Ctrl-C")
	c.err.await(t, "KeyboardInterrupt")
	if status, _ := post(url+"again", "POST", ""); status != http.StatusNoContent {
		t.Errorf("again: %d", status)
	}
	c.out.await(t, "on\non\n")
	c.signals <- os.Interrupt
	if status := c.wait(t, c.status); status != interruptedStatus {
		t.Errorf("status %d, %s", status, c.err)
	}
}

// TestRunPage: a person watches a script, has the cloud send it a command, sees why it failed and with which line, and
// runs it again.
func TestRunPage(t *testing.T) {
	c := launch("run", "--ui", "-q", "testdata/ui/reporter.py")
	webtest.Run(t, "testdata/ui/run.mjs", c.link(t))
	c.signals <- os.Interrupt
	if status := c.wait(t, c.status); status != interruptedStatus {
		t.Errorf("status %d, %s", status, c.err)
	}
}
