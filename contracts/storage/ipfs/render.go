package ipfs

import (
	"amigos/cid"
	"fmt"
)

// Render gives the page of the store or, by path, of one content id.
func Render(path string) string {
	if path == "" {
		return fmt.Sprintf("# Pinned content\n\n%d pieces, %d bytes.\n", len(Pins), Total)
	}
	entry, pinned := Pins[path]
	if !pinned || !cid.Valid(path) {
		return "# Not found\n\nThis content is not pinned.\n"
	}
	return fmt.Sprintf("# %s\n\n%d bytes, pinned at block %d by `%s`.\n", path, entry.Size, entry.Height, entry.Owner)
}
