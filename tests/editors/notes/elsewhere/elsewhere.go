// Package elsewhere is beside notes: files move to it.
package elsewhere

// Here says where this is.
func Here() string { return "elsewhere" }
