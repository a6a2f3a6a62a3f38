package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"quecstar/harness/python"
	"quecstar/harness/python/print"
)

type portFlags struct {
	out     string
	helpers bool
}

func newPort(p *process) *cobra.Command {
	var o portFlags
	c := &cobra.Command{
		Use:   "port [flags] FILE",
		Short: "print a Python program as Starlark",
		Long: `Print a .py file as formatted Starlark, with its names and comments, which 'quecstar run' executes
with the same output. The result loads python: its values, operators and loops mean what they mean
in Python, and py.NAME is a helper for what Starlark has no syntax for; --helpers lists them.

A construct that cannot be ported is named with file:line:col; nothing is printed then.

Exit status: 0 ported; 2 the file cannot be read, does not run, or cannot be ported.`,
		Example: `  quecstar port my_device.py
  quecstar port -o my_device.star my_device.py
  quecstar port --helpers`,
		Args: func(c *cobra.Command, args []string) error {
			if o.helpers {
				return none(c, args)
			}
			return exactly(1, "a .py file")(c, args)
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if o.helpers {
				_, err := fmt.Fprint(p.stdout, print.Helpers())
				return err
			}
			return runPort(p, args[0], o)
		},
	}
	c.Flags().StringVarP(&o.out, "output", "o", "", "write to this `file`")
	c.Flags().BoolVar(&o.helpers, "helpers", false, "list the helpers that ported programs use")
	return c
}

func runPort(p *process, path string, o portFlags) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return usageError{fmt.Errorf("%s: %w", path, reason(err))}
	}
	star, err := python.Port(path, text)
	if err != nil {
		return usageError{err}
	}
	if o.out != "" {
		if err := os.WriteFile(o.out, star, 0o666); err != nil {
			return usageError{err}
		}
		return nil
	}
	_, err = p.stdout.Write(star)
	return err
}

// reason is what is behind an error that names the path already.
func reason(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
