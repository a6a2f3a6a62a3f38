package virtual

import (
	"fmt"
	"path"
	"regexp"
	"runtime"
	"strings"
)

// mostStacks is how many bytes of stacks are looked at.
const mostStacks = 16 << 20

// allStacks are the stacks of all goroutines, this one's first.
func allStacks() string {
	for size := 64 << 10; ; size *= 2 {
		buf := make([]byte, size)
		if n := runtime.Stack(buf, true); n < size || size >= mostStacks {
			return string(buf[:n])
		}
	}
}

var (
	header = regexp.MustCompile(`^goroutine \d+ \[([^]]*?)(?: \(durable\))?(?:, \d+ minutes)?, (synctest bubble \d+)\]:`)
	frame  = regexp.MustCompile(`(?m)^(\S+)\(.*\)\n\t(\S+:\d+)`)
)

// waiting says who waits in the bubble that one of its goroutines has in its head: for what, and where.
func waiting(name []byte, stacks string) []string {
	own := header.FindSubmatch(name)
	if own == nil {
		return []string{"where is not known"}
	}
	bubble := string(own[2])
	var places []string
	count := map[string]int{}
	for b := range strings.SplitSeq(stacks, "\n\n") {
		h := header.FindStringSubmatch(b)
		if h == nil || h[2] != bubble || strings.Contains(b, "testing.testingSynctestTest(") ||
			strings.Contains(b, "testing/synctest.testingSynctestTest(") || strings.Contains(b, "virtual.run.func2(") {
			continue // another bubble, or what only waits for the function
		}
		place := fmt.Sprintf("%s at %s", h[1], where(b))
		if strings.Contains(b, "created by quecstar/harness/virtual.run.func2 ") {
			place = "the function: " + place
		}
		if count[place]++; count[place] == 1 {
			places = append(places, place)
		}
	}
	for i, p := range places {
		if n := count[p]; n > 1 {
			places[i] = fmt.Sprintf("%s (%d times)", p, n)
		}
	}
	return places
}

// where is the innermost place of a stack that is of this module, with what is called there.
func where(stack string) string {
	frames := frame.FindAllStringSubmatch(stack, -1)
	if len(frames) == 0 {
		return "an unknown place"
	}
	for i, f := range frames {
		if !strings.HasPrefix(f[1], "quecstar/") {
			continue
		}
		at := path.Base(f[1]) + " (" + path.Base(f[2]) + ")"
		if i > 0 {
			return at + " in " + path.Base(frames[0][1])
		}
		return at
	}
	return path.Base(frames[0][1]) + " (" + path.Base(frames[0][2]) + ")"
}
