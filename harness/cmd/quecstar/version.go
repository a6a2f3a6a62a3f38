package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func newVersion(p *process) *cobra.Command {
	all := false
	c := &cobra.Command{
		Use:   "version",
		Short: "print the version and what it was built from",
		Args:  none,
		RunE: func(*cobra.Command, []string) error {
			text := versionText() + "\n"
			if all {
				text = licences
			}
			_, err := fmt.Fprint(p.stdout, text)
			return err
		},
	}
	c.Flags().BoolVar(&all, "licences", false, "print the licences of what is in the program, beside its own")
	return c
}

// versionText is what Go recorded in the binary: version, revision and Go's own version.
func versionText() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "quecstar (devel)"
	}
	text := "quecstar " + info.Main.Version
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision" && len(s.Value) >= 12:
			text += " " + s.Value[:12]
		case s.Key == "vcs.modified" && s.Value == "true":
			text += " (modified)"
		}
	}
	return text + " " + info.GoVersion
}
