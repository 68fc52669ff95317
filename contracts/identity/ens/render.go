package ens

import (
	"fmt"
	"strings"
)

// Render gives the page of the registry or, by path, of one name.
//
// Example: Render("alice.amigos")
func Render(path string) string {
	if path == "" {
		return fmt.Sprintf("# Names\n\n%d names are registered.\n", len(Names))
	}
	record, ok := Names[path]
	if !ok {
		return "# Not found\n\nThere is no such name.\n"
	}
	var page strings.Builder
	fmt.Fprintf(&page, "# %s\n\n", path)
	fmt.Fprintf(&page, "- points to `%s`\n", record.Target)
	fmt.Fprintf(&page, "- owned by `%s`\n", record.Owner)
	fmt.Fprintf(&page, "- since block %d\n", record.Height)
	return page.String()
}
