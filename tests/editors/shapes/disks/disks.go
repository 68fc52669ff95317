// Package disks is for tests too: a second package beside shapes.
package disks

// Render is the page.
func Render(path string) string { return "# disks\n\nall of them round\n" }
