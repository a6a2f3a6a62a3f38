package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"quecstar/harness/web/webtest"
)

// pageOf is the link to a command's page.
func pageOf(t *testing.T, c *child) string {
	t.Helper()
	c.out.await(t, "/\n")
	link, _, _ := strings.Cut(strings.TrimPrefix(c.out.String(), "page "), "\n")
	return link
}

// rounded is what a page is told of tests and of what goes on.
type rounded struct {
	Anew  bool
	Tests []struct {
		Key, Verdict string
		Earlier      []string
	}
	State struct {
		Phase, Note string
		Round       int
	}
}

// follower follows a page's stream.
type follower struct {
	t     *testing.T
	lines *bufio.Reader
	tests map[string]string
	state string
}

func follow(t *testing.T, url string) *follower {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", url+"events", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Minute}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = resp.Body.Close() })
	return &follower{t: t, lines: bufio.NewReader(resp.Body), tests: map[string]string{}}
}

// until reads until what is known contains a text.
func (l *follower) until(want string) {
	l.t.Helper()
	for !strings.Contains(l.known(), want) {
		line, err := l.lines.ReadString('\n')
		if err != nil {
			l.t.Fatalf("%v: %s has not %s", err, l.known(), want)
		}
		text, is := strings.CutPrefix(line, "data: ")
		if !is {
			continue
		}
		var u rounded
		if err := json.Unmarshal([]byte(text), &u); err != nil {
			l.t.Fatal(err)
		}
		if u.Anew {
			clear(l.tests)
		}
		for _, x := range u.Tests {
			l.tests[x.Key] = strings.Join(append([]string{x.Verdict}, x.Earlier...), " ")
		}
		l.state = fmt.Sprintf("round %d %s %s;", u.State.Round, u.State.Phase, u.State.Note)
	}
}

func (l *follower) known() string { return l.state + " " + fmt.Sprint(l.tests) }

// wish has a page do something.
func wish(t *testing.T, url, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "POST", url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil || resp.StatusCode >= 300 {
		t.Fatalf("%s %s: %s %v", url, body, resp.Status, err)
	}
}

// TestTestUI: the page's orders are run, with the tests that are there then; the end has the status of the last round.
func TestTestUI(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFile(t, "a_test.star", "def test_a():\n    check(True)\ndef test_b():\n    check(1 == 2)\n")
	writeFile(t, "c_test.star", "def test_c():\n    check(True)\n")
	c := launch("test", "--ui", "-j", "1")
	url := pageOf(t, c)
	l := follow(t, url)
	l.until("round 1 idle ; map[a_test.star::test_a:passed a_test.star::test_b:failed c_test.star::test_c:passed]")
	writeFile(t, "a_test.star", "def test_b():\n    check(2 == 2)\n")
	wish(t, url+"run", `{"what": "failed"}`)
	l.until("round 2 idle ; map[a_test.star::test_a:passed a_test.star::test_b:passed failed c_test.star::test_c:passed]")
	wish(t, url+"run", `{"what": "test", "key": "c_test.star::test_c", "seeds": 2}`)
	l.until("round 3 idle ; map[a_test.star::test_a:passed a_test.star::test_b:passed failed " +
		"c_test.star::test_c#1:passed c_test.star::test_c#2:passed]")
	writeFile(t, "c_test.star", "def test_c(:\n")
	wish(t, url+"run", `{"what": "all"}`)
	l.until("round 4 idle ; map[a_test.star::test_b:passed failed passed c_test.star:error]")
	if err := os.Remove("a_test.star"); err != nil {
		t.Fatal(err)
	}
	wish(t, url+"run", `{"what": "test", "key": "a_test.star::test_b"}`)
	l.until("round 5 idle a_test.star: no such file or folder")
	wish(t, url+"run", `{"what": "all"}`)
	l.until("round 6 idle ; map[c_test.star:error")
	writeFile(t, "c_test.star", "def test_c():\n    check(True)\n")
	wish(t, url+"run", `{"what": "failed"}`)
	l.until("round 7 idle ; map[c_test.star::test_c:passed")
	wish(t, url+"end", "")
	if status := c.wait(t, c.status); status != 0 {
		t.Errorf("exit status %d: %s", status, c.err)
	}
}

// TestTestUIEnds: a test that would run for long is stopped at the page; the end is an end while it runs, too, and
// Ctrl-C one as ever.
func TestTestUIEnds(t *testing.T) {
	for name, tt := range map[string]struct {
		end    func(t *testing.T, c *child, url string)
		status int
	}{
		"by its button": {func(t *testing.T, _ *child, url string) { wish(t, url+"end", "") }, statusFailed},
		"by Ctrl-C":     {func(_ *testing.T, c *child, _ string) { c.signals <- os.Interrupt }, interruptedStatus},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			writeFile(t, "a_test.py", "import utime\ndef test_waits(t):\n    while True:\n        utime.sleep_ms(1)\n")
			c := launch("test", "--ui", "--clock", "real", "--timeout", "100000")
			url := pageOf(t, c)
			l := follow(t, url)
			l.until("round 1 running ; map[a_test.py::test_waits:running]")
			wish(t, url+"stop", "")
			l.until("round 1 idle")
			l.until("a_test.py::test_waits:error]")
			wish(t, url+"run", `{"what": "all"}`)
			l.until("round 2 running ; map[a_test.py::test_waits:running")
			tt.end(t, c, url)
			if status := c.wait(t, c.status); status != tt.status {
				t.Errorf("exit status %d: %s", status, c.err)
			}
			if text := c.out.String(); !strings.Contains(text, "it was ended: it was stopped at the page") {
				t.Errorf("it printed %s", text)
			}
		})
	}
}

// TestTestUITellsOnce: what was wrong with the last round is told in that round, and gives the end its status.
func TestTestUITellsOnce(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFile(t, "a_test.star", "def test_a():\n    check(True)\n")
	c := launch("test", "--ui", "-j", "1")
	url := pageOf(t, c)
	l := follow(t, url)
	l.until("round 1 idle ; map[a_test.star::test_a:passed]")
	if err := os.Remove("a_test.star"); err != nil {
		t.Fatal(err)
	}
	wish(t, url+"run", `{"what": "all"}`)
	l.until("round 2 idle")
	wish(t, url+"end", "")
	if status := c.wait(t, c.status); status != statusUsage {
		t.Errorf("exit status %d", status)
	}
	if n := strings.Count(c.err.String(), "there is no *_test.star"); n != 1 {
		t.Errorf("it is told %d times: %s", n, c.err)
	}
}

// TestTestUIWatches: with --watch both the page and changes have tests run.
func TestTestUIWatches(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFile(t, "a_test.star", "def test_a():\n    check(True)\n")
	writeFile(t, "b_test.star", "def test_b():\n    check(True)\n")
	c := launch("test", "--ui", "--watch", "-j", "1")
	url := pageOf(t, c)
	l := follow(t, url)
	l.until("round 1 idle ; map[a_test.star::test_a:passed b_test.star::test_b:passed]")
	c.err.await(t, "and the page; Ctrl-C ends it")
	writeFile(t, "b_test.star", "def test_b():\n    check(1 == 2)\n")
	l.until("round 2 idle ; map[a_test.star::test_a:passed b_test.star::test_b:failed passed]")
	wish(t, url+"run", `{"what": "all"}`)
	l.until("round 3 idle ; map[a_test.star::test_a:passed passed b_test.star::test_b:failed passed failed]")
	if err := os.Remove("b_test.star"); err != nil {
		t.Fatal(err)
	}
	l.until("round 3 idle ; map[a_test.star::test_a:passed passed]")
	writeFile(t, "b_test.star", "def test_b():\n    check(True)\n")
	l.until("b_test.star::test_b:passed")
	wish(t, url+"end", "")
	if status := c.wait(t, c.status); status != 0 {
		t.Errorf("exit status %d: %s", status, c.err)
	}
}

// TestTestUIInABrowser: a person sees tests run, opens the one that failed, mends it and sees it pass.
func TestTestUIInABrowser(t *testing.T) {
	script, err := filepath.Abs("testdata/ui.mjs")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	writeFile(t, "a_test.py", "def test_adds():\n    assert 1 + 1 == 3\n\ndef test_is_fine():\n    assert True\n")
	writeFile(t, "b_test.py", "import utime\ndef test_waits(t):\n    t.log('knocks at the door')\n    while True:\n"+
		"        utime.sleep_ms(10)\n")
	c := launch("test", "--ui", "-j", "2", "--clock", "real", "--timeout", "100000")
	url := pageOf(t, c)
	t.Cleanup(func() { c.signals <- os.Interrupt }) // where there is no browser
	webtest.Run(t, script, url)
	if status := c.wait(t, c.status); status != statusUsage {
		t.Errorf("exit status %d: %s", status, c.err)
	}
}
