// Package ipfs keeps track of what should stay available on IPFS. Content is
// named by its hash; nodes that follow the Pinned events fetch it and keep it.
//
// The content itself does not go into the chain's state, only its name, its
// size and who asked for it.
package ipfs

import (
	"amigos/cid"
	"errors"
)

// MaxSize is the largest content that can be pinned, in bytes.
const MaxSize = 64 << 10

// What can be wrong.
var (
	ErrEmpty    = errors.New("ipfs: nothing to pin")
	ErrTooLarge = errors.New("ipfs: content is larger than 64 KiB")
	ErrNotOwner = errors.New("ipfs: pinned by someone else, or not at all")
)

// Entry is a piece of pinned content.
type Entry struct {
	Size   int            // in bytes
	Owner  amigos.Address // who pinned it first
	Height int64          // the block that pinned it
}

var (
	// Pins has the entry of each content id.
	Pins = map[string]Entry{}

	// Total is the size of all pinned content in bytes.
	Total int
)

// Pin asks for data to be kept and returns its content id. Pinning the same data
// again changes nothing.
//
// Pin can be used as the storage of a forum post.
//
// Example: Pin([]byte("hello"))
func Pin(data []byte) (string, error) {
	if len(data) == 0 {
		return "", ErrEmpty
	}
	if len(data) > MaxSize {
		return "", ErrTooLarge
	}
	id := cid.Sum(data)
	if _, pinned := Pins[id]; pinned {
		return id, nil
	}
	Pins[id] = Entry{Size: len(data), Owner: msg.Sender, Height: amigos.Height()}
	Total += len(data)
	amigos.Emit("Pinned", "cid", id, "size", len(data))
	return id, nil
}

// Unpin says that the caller does not need the content any longer.
//
// Example: Unpin("bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq")
func Unpin(id string) error {
	entry, pinned := Pins[id]
	if !pinned || entry.Owner != msg.Sender {
		return ErrNotOwner
	}
	delete(Pins, id)
	Total -= entry.Size
	amigos.Emit("Unpinned", "cid", id)
	return nil
}

// Pinned reports whether the content is to be kept.
//
// Example: Pinned("bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq")
func Pinned(id string) bool {
	_, pinned := Pins[id]
	return pinned
}
