package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"quecstar/builtins"
	"quecstar/harness/manual"
	"quecstar/harness/script"
	"quecstar/harness/spell"
	"quecstar/harness/suite"
)

// languages are what --lang takes.
var languages = map[string]script.Lang{"python": script.Python, "starlark": script.Starlark, "both": script.Both}

func langOf(name string) (script.Lang, error) {
	if lang, ok := languages[name]; ok {
		return lang, nil
	}
	hint := "python, starlark or both"
	if near := spell.Nearest(name, []string{"python", "starlark", "both"}); near != "" {
		hint += fmt.Sprintf("; did you mean %s?", near)
	}
	return 0, usageError{fmt.Errorf("--lang is %s, not %q", hint, name)}
}

// tables are those of all that scripts and test files see.
func tables() []*script.Module { return append(slices.Clip(builtins.All()), suite.Module()) }

func newDoc(p *process) *cobra.Command {
	lang := "both"
	c := &cobra.Command{
		Use:   "doc [flags] [MODULE[.MEMBER]]",
		Short: "print the manual of what scripts see",
		Long: `Print the manual of a module, class, function or method: its parameters, values, errors and an
example, for Python and for Starlark. Without an argument list all modules, a line each. A word of
Python that Starlark does not have, such as try, leads to what it has instead.

In a script or a prompt, help(x) prints the same.

Exit status: 0; 2 there is no such name.`,
		Example: `  quecstar doc
  quecstar doc umqtt
  quecstar doc umqtt.MQTTClient.publish
  quecstar doc attempt`,
		Args: atMost(1, "a name"),
		RunE: func(_ *cobra.Command, args []string) error { return runDoc(p, args, lang) },
	}
	c.Flags().StringVar(&lang, "lang", lang, "for scripts in python, starlark or both")
	return c
}

// atMost wants up to n arguments and says which.
func atMost(n int, what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) > n {
			return usageError{fmt.Errorf("%s takes %s, not %d arguments; see '%s --help'", c.CommandPath(), what, len(args),
				c.CommandPath())}
		}
		return nil
	}
}

func runDoc(p *process, args []string, language string) error {
	lang, err := langOf(language)
	if err != nil {
		return err
	}
	m, err := manual.New(tables())
	if err != nil {
		return err
	}
	m.Width = p.page()
	text := m.List(lang)
	if len(args) > 0 {
		text, err = m.Text(args[0], lang)
	}
	var unknown *manual.UnknownError
	switch {
	case errors.As(err, &unknown):
		return usageError{err}
	case err != nil:
		return err
	}
	if len(args) > 0 && p.colours(p.page()) {
		text = manual.Bold(text)
	}
	_, err = fmt.Fprint(p.stdout, text)
	return err
}

func newStubs() *cobra.Command {
	var out string
	lang := "both"
	c := &cobra.Command{
		Use:   "stubs [flags]",
		Short: "write stubs of what scripts see, for editors and type checkers",
		Long: `Write a .pyi file for each module that Python scripts import, and __builtins__.pyi for what scripts
have without an import: in .star files all modules. Pyright, and editors that use it, look for them in a
folder called typings beside the scripts ("reportMissingModuleSource": false in pyrightconfig.json spares
its warnings that there is no source). With --lang python names that only .star files have without an
import are not taken for known.

Exit status: 0; 2 the folder cannot be written.`,
		Example: `  quecstar stubs -o typings
  quecstar stubs -o typings --lang python`,
		Args: none,
		RunE: func(*cobra.Command, []string) error { return runStubs(out, lang) },
	}
	c.Flags().StringVarP(&out, "output", "o", "", "write to this `folder`, which is made when it is not there")
	c.Flags().StringVar(&lang, "lang", lang, "for scripts in python, starlark or both")
	return c
}

func runStubs(dir, language string) error {
	lang, err := langOf(language)
	if err != nil {
		return err
	}
	if dir == "" {
		return usageError{errors.New("stubs wants a folder: quecstar stubs -o typings")}
	}
	m, err := manual.New(tables())
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return usageError{err}
	}
	for name, text := range m.Stubs(lang) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			return usageError{err}
		}
	}
	return nil
}
