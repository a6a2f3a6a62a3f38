package main

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"sync/atomic"

	"github.com/ergochat/readline"
	"golang.org/x/term"
)

// editor reads lines from a terminal: cursor keys, a history that outlives the run, Ctrl-R, Tab.
type editor struct {
	*readline.Instance
	history *history
	typed   atomic.Bool // something stands in the line
	close   func()      // puts the terminal right
}

// errCleared is Ctrl-C on an empty line; on another it clears the line.
var errCleared = errors.New("Ctrl-C on an empty line")

// newEditor makes an editor where standard input and output are a terminal that this process may read, and nil
// elsewhere. Complete are all words that a line may begin with.
func (p *process) newEditor(prompt, kind string, complete []string) (*editor, error) {
	in, ok := p.stdin.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) || p.page() == 0 || p.teletype {
		return nil, nil
	}
	if front, err := inForeground(in); err != nil || !front {
		return nil, nil // setting the terminal would stop it
	}
	e := &editor{history: openHistory(kind)}
	c := &cursor{in: in, out: p.stdout}
	r, err := readline.NewFromConfig(&readline.Config{Prompt: prompt, Stdin: c, Stdout: c, Stderr: c,
		HistoryLimit: historyLimit, DisableAutoSaveHistory: true, HistorySearchFold: true, AutoComplete: words(complete),
		Listener: func(line []rune, _ int, _ rune) ([]rune, int, bool) {
			e.typed.Store(len(line) > 0)
			return nil, 0, false
		}})
	if err != nil {
		return nil, err
	}
	for _, line := range e.history.lines {
		if err := r.SaveToHistory(line); err != nil {
			return nil, errors.Join(err, r.Close())
		}
	}
	e.Instance, e.close = r, p.restoreAtEnd(func() { _ = r.Close() })
	return e, nil
}

// cursor answers the editor's question where the cursor stands in the terminal's place: in the first column, as all
// that is printed ends its line. Not every terminal answers (expect's, that of a recorder, Wine's console do not), and
// the editor would wait for ever, with no prompt.
type cursor struct {
	in    io.Reader
	out   io.Writer
	asked atomic.Int32
}

// The question, and the answer (ECMA-48, 8.3.35 DSR and 8.3.14 CPR).
const (
	whereCursor = "\x1b[6n"
	firstColumn = "\x1b[1;1R"
)

// Write takes the question out.
func (c *cursor) Write(b []byte) (int, error) {
	if string(b) == whereCursor {
		c.asked.Add(1)
		return len(b), nil
	}
	return c.out.Write(b)
}

// Read has the answer in front of the keys. The editor, which reads with much more room, asks before it reads.
func (c *cursor) Read(b []byte) (int, error) {
	if c.asked.Load() > 0 {
		c.asked.Add(-1)
		return copy(b, firstColumn), nil
	}
	return c.in.Read(b)
}

// next reads a line. Ctrl-C clears it; on an empty one it is errCleared.
func (e *editor) next(ctx context.Context) (string, error) {
	defer context.AfterFunc(ctx, e.close)()
	for {
		e.typed.Store(false)
		line, err := e.ReadLine()
		switch {
		case ctx.Err() != nil:
			return "", context.Cause(ctx)
		case errors.Is(err, readline.ErrInterrupt) && e.typed.Load():
			continue
		case errors.Is(err, readline.ErrInterrupt):
			return "", errCleared
		case err != nil:
			return "", io.EOF
		}
		before := len(e.history.lines)
		if e.history.keep(line); len(e.history.lines) > before || len(e.history.lines) == historyLimit {
			err = e.SaveToHistory(line)
		}
		return line, err
	}
}

// end puts the terminal right and keeps the history.
func (e *editor) end() error {
	e.close()
	return e.history.save()
}

// words completes the first word of a line, in capitals or not.
type words []string

// Do is readline.AutoCompleter's.
func (w words) Do(line []rune, pos int) (rest [][]rune, length int) {
	begun := string(line[:pos])
	for _, word := range w {
		if begun != "" && len(begun) <= len(word) && strings.EqualFold(word[:len(begun)], begun) {
			rest = append(rest, []rune(word[len(begun):]))
		}
	}
	return rest, pos
}
