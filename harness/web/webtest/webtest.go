// Package webtest drives pages in a real browser, Debian's chromium, by npm's playwright-core, for tests.
package webtest

import (
	"context"
	_ "embed" // the driver
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

//go:embed browser.mjs
var driver string

// longest is how long a script may take.
const longest = 8 * time.Minute

// Run has a script (the path of a module, see browser.mjs for what it is given) drive the page at a URL. Where the browser
// or playwright-core and axe-core (in the folder that QUECSTAR_BROWSER names) are missing, the test is skipped, or fails
// when QUECSTAR_NEED_PARTS is set. With QUECSTAR_SHOTS pictures are kept in that folder.
func Run(t testing.TB, script, url string) {
	t.Helper()
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		missing(t, "chromium is not installed (Debian: apt install chromium)")
	}
	modules := os.Getenv("QUECSTAR_BROWSER")
	if modules == "" {
		missing(t, "QUECSTAR_BROWSER does not name a folder with npm's playwright-core and axe-core")
	}
	path := filepath.Join(t.TempDir(), "browser.mjs")
	if err := os.WriteFile(path, []byte(driver), 0o600); err != nil {
		t.Fatal(err)
	}
	if script, err = filepath.Abs(script); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), longest)
	defer cancel()
	c := exec.CommandContext(ctx, "node", path, script, url)
	c.Env = append(os.Environ(), "CHROMIUM="+chromium)
	c.WaitDelay = time.Second
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", filepath.Base(script), err, out)
	} else if len(out) > 0 {
		t.Logf("%s", out)
	}
}

func missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("QUECSTAR_NEED_PARTS") != "" {
		t.Fatal(what + ", and QUECSTAR_NEED_PARTS is set")
	}
	t.Skip(what)
}
