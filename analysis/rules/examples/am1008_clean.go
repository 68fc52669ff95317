package example

// Functions of values, the same everywhere.
import "strings" // ok AM1008

func Loud(text string) string { return strings.ToUpper(text) }
