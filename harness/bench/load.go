package bench

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"reflect"
	"regexp"
	"sync"

	"github.com/BurntSushi/toml"
)

// Load reads a bench file that the user named, or trusts. Strings "env:NAME" take the variable's value
// from env.
func Load(path string, env func(string) string) (*Bench, error) {
	text, err := read(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, text, env)
}

// LoadFound reads a bench file that Find found. What it asks for that the script may not do itself is an
// error, which says how to allow it.
func LoadFound(path string, env func(string) string) (*Bench, error) {
	text, err := read(path)
	if err != nil {
		return nil, err
	}
	return parse(path, text, env, (*Bench).checkRights)
}

// maxFile is how many bytes a bench file may have: many times what one needs.
const maxFile = 1 << 20

func read(path string) (string, error) {
	f, err := os.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("%s: no such bench file", path)
	case err != nil:
		return "", fmt.Errorf("bench file: %w", err)
	}
	defer func() { _ = f.Close() }() // only read
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return "", fmt.Errorf("bench file: %w", err)
	}
	if len(text) > maxFile {
		return "", fmt.Errorf("%s: a bench file may have %d bytes, and this one has more", path, maxFile)
	}
	return string(text), nil
}

// Parse reads the text of a bench file. Errors name the file, the line and the key.
func Parse(path, text string, env func(string) string) (*Bench, error) {
	return parse(path, text, env, func(*Bench) error { return nil })
}

// parse asks allows before it looks into the environment.
func parse(path, text string, env func(string) string, allows func(*Bench) error) (*Bench, error) {
	if deep(text) {
		return nil, fmt.Errorf("%s: something nests more than %d levels deep", path, maxDepth)
	}
	b := &Bench{Path: path, lines: keyLines(text)}
	tree := map[string]any{}
	if _, err := toml.Decode(text, &tree); err != nil {
		return nil, decodeError(path, err)
	}
	if err := b.typeErrors(reflect.TypeFor[Bench](), tree, ""); err != nil {
		return nil, err
	}
	meta, err := toml.Decode(text, b)
	if err != nil {
		return nil, decodeError(path, err)
	}
	if err := b.unknownKeys(meta.Undecoded()); err != nil {
		return nil, err
	}
	if err := allows(b); err != nil {
		return nil, err
	}
	if err := b.fromEnvironment(env); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if err := b.check(); err != nil {
		return nil, err
	}
	return b, nil
}

// maxDepth is how deep values nest and how many parts a key has: the library takes the cube of that in
// time.
const maxDepth = 100

// manyParts is a key of too many parts. It is compiled when a bench is read, as that took about a millisecond of every
// start.
var manyParts = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(fmt.Sprintf(`(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')\s*\.\s*){%d}`, maxDepth))
})

// deep reports whether a text nests too deep to be read. Brackets in strings count too.
func deep(text string) bool {
	depth := 0
	for i := range len(text) {
		switch text[i] {
		case '[', '{':
			depth++
		case ']', '}':
			depth = max(0, depth-1)
		}
		if depth > maxDepth {
			return true
		}
	}
	return manyParts().MatchString(text)
}

func decodeError(path string, err error) error {
	var parse toml.ParseError
	if errors.As(err, &parse) {
		return fmt.Errorf("%s:%d: %s", path, parse.Position.Line, parse.Message)
	}
	return fmt.Errorf("%s: %w", path, err)
}
