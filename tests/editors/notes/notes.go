// Package notes is for tests: what is shown of calls, of the past, and of other networks.
//
// ```go
// if Count() != 0 {
// 	panic("not fresh")
// }
// ```
package notes

import "errors"

// Note is a note.
type Note struct {
	Text string
	By   amigos.Address
}

// Notes are all notes.
var Notes []Note

// Add adds a note.
//
// Example: Add("first")
// Example: Add("second")
// Example: Count()
func Add(text string) (int, error) {
	if text == "" {
		return 0, errors.New("a note needs text")
	}
	Notes = append(Notes, Note{Text: text, By: msg.Sender})
	amigos.Emit("Added", "text", text)
	return len(Notes), nil
}

// Count says how many there are.
func Count() int { return len(Notes) }

// Longest is the length of the longest note.
func Longest() int {
	longest := 0
	for _, note := range Notes {
		if length := len(note.Text); length > longest {
			longest = length
		}
	}
	return longest
}
