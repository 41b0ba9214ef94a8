package cli

import (
	"fmt"
	"strings"

	"foyer/gallery"
)

// galleryCommand is `foyer workflow gallery`.
type galleryCommand struct {
	Show string `arg:"" optional:"" placeholder:"NAME" help:"Print this one."`
}

// Run lists the gallery, or prints one document of it.
func (c *galleryCommand) Run(t Terminal) error {
	if c.Show != "" {
		text, err := source(galleryPrefix + strings.TrimPrefix(c.Show, galleryPrefix)).read()
		if err != nil {
			return err
		}
		_, err = t.Out.Write(text)
		return err
	}
	entries, err := gallery.List()
	if err != nil {
		return err
	}
	for _, e := range entries {
		needs := "Teams: " + strings.Join(e.Teams, ", ")
		if len(e.Secrets) > 0 {
			needs += "; secrets: " + strings.Join(e.Secrets, ", ")
		}
		if _, err := fmt.Fprintf(t.Out, "%s%s\n  %s\n  %s\n", galleryPrefix, e.Name, e.Description, needs); err != nil {
			return err
		}
	}
	return nil
}
