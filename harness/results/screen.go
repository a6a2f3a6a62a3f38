package results

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"quecstar/harness/columns"
)

// screen is the lower end of a terminal, where what runs is shown.
type screen struct {
	running map[string]*running
	rows    int // how many are drawn
	drawn   time.Time
}

type running struct {
	began time.Time
	last  string
}

// redraw is how often the lower end of the terminal is drawn at most.
const redraw = 100 * time.Millisecond

// mostRows is how many running tests are shown.
const mostRows = 8

// Started implements Live.
func (c *Console) Started(t *Case) {
	if c.Width == 0 || c.Quiet {
		return
	}
	if c.screen.running == nil {
		c.screen.running = map[string]*running{}
	}
	c.screen.running[t.Key] = &running{began: time.Now()}
	c.refresh()
}

// Last implements Live. An empty test has the times that are shown go on.
func (c *Console) Last(test, text string) {
	if r := c.screen.running[test]; r != nil && text != "" {
		r.last = columns.Visible(strings.ReplaceAll(text, "\n", "⏎"))
	}
	c.refresh()
}

func (c *Console) refresh() {
	if now := time.Now(); c.Width > 0 && !c.Quiet && now.Sub(c.screen.drawn) >= redraw {
		c.clear()
		c.draw(now)
	}
}

// clear takes away what is drawn.
func (c *Console) clear() {
	if c.screen.rows > 0 {
		c.print(fmt.Sprintf("\x1b[%dA\x1b[J", c.screen.rows))
		c.screen.rows = 0
	}
}

func (c *Console) draw(now time.Time) {
	s := &c.screen
	s.drawn = now
	keys := make([]string, 0, len(s.running))
	for key := range s.running {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int {
		return s.running[a].began.Compare(s.running[b].began)
	})
	var b strings.Builder
	for _, key := range keys[:min(len(keys), mostRows)] {
		r := s.running[key]
		b.WriteString(c.row(fmt.Sprintf("%7s  %s  %s", short(now.Sub(r.began)), key, r.last)))
	}
	tests := 0
	if c.run != nil {
		tests = c.run.Tests
	}
	b.WriteString(c.row(fmt.Sprintf("%d of %d, %d not passed, %s%s", c.done, tests, c.bad(), short(now.Sub(c.began)), c.pace(now))))
	s.rows = min(len(keys), mostRows) + 1
	c.print(b.String())
}

// pace is how many tests end in a second, and how long the others take if they go on as those that are done did. A run
// shorter than a second has none.
func (c *Console) pace(now time.Time) string {
	took := now.Sub(c.began)
	if took < time.Second || c.done == 0 {
		return ""
	}
	text := fmt.Sprintf(", %.1f/s", float64(c.done)/took.Seconds())
	if c.behind <= 0 || c.Total <= c.behind {
		return text
	}
	left := time.Duration(float64(took) / float64(c.behind) * float64(c.Total-c.behind))
	return text + ", " + left.Round(time.Second).String() + " left"
}

func (c *Console) bad() (n int) {
	for _, l := range c.cases {
		if l.verdict.Bad() {
			n++
		}
	}
	return n
}

// row is a line cut to the terminal's width.
func (c *Console) row(text string) string {
	return c.paint(dim, columns.Cut(text, c.Width-1)) + "\n"
}
