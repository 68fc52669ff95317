// Package ens gives addresses names that people can read, such as alice.amigos.
//
// A name belongs to whoever registers it first, and points to an address. Each
// address may choose one of its names as the one that others see.
package ens

import (
	"errors"
	"strings"
)

// Suffix ends every name.
const Suffix = ".amigos"

// The limits of a label, the part of a name before the suffix.
const (
	MinLabel = 3
	MaxLabel = 32
)

// What can be wrong.
var (
	ErrLabel  = errors.New("ens: a label has 3 to 32 small letters, digits and inner hyphens")
	ErrTaken  = errors.New("ens: the name is taken")
	ErrNoName = errors.New("ens: there is no such name")
	ErrOwner  = errors.New("ens: the name belongs to someone else")
	ErrNobody = errors.New("ens: not an address")
)

// Record is what is known of a name.
type Record struct {
	Owner  amigos.Address // may change the record
	Target amigos.Address // what the name points to
	Height int64          // the block that registered it
}

var (
	// Names has the record of each name, suffix included.
	Names = map[string]*Record{}

	// Primary has the name that an address shows, if it chose one.
	Primary = map[amigos.Address]string{}
)

// Resolve returns the name that addr shows, and the address itself as text if
// it has none.
//
// Example: Resolve(msg.Sender)
func Resolve(addr amigos.Address) string {
	if name, ok := Primary[addr]; ok {
		return name
	}
	return string(addr)
}

// Lookup returns the address that a name points to.
//
// Example: Lookup("alice.amigos")
func Lookup(name string) (amigos.Address, error) {
	record, ok := Names[name]
	if !ok {
		return "", ErrNoName
	}
	return record.Target, nil
}

// Register gives the caller the name made of label and Suffix, pointing to the
// caller. It becomes the name that the caller shows if there was none.
//
// Example: Register("alice")
func Register(label string) error {
	if !validLabel(label) {
		return ErrLabel
	}
	name := label + Suffix
	if _, taken := Names[name]; taken {
		return ErrTaken
	}
	Names[name] = &Record{Owner: msg.Sender, Target: msg.Sender, Height: amigos.Height()}
	if _, has := Primary[msg.Sender]; !has {
		Primary[msg.Sender] = name
	}
	amigos.Emit("Registered", "name", name, "owner", msg.Sender)
	return nil
}

// Point makes a name of the caller point to target.
//
// Example: Point("alice.amigos", msg.Sender)
func Point(name string, target amigos.Address) error {
	record, err := owned(name)
	if err != nil {
		return err
	}
	if !target.IsValid() {
		return ErrNobody
	}
	if old := record.Target; old != target && Primary[old] == name {
		delete(Primary, old)
	}
	record.Target = target
	amigos.Emit("Pointed", "name", name, "target", target)
	return nil
}

// Show makes name the one that the caller shows. The name must point to the
// caller, whoever owns it.
//
// Example: Show("alice.amigos")
func Show(name string) error {
	record, ok := Names[name]
	if !ok {
		return ErrNoName
	}
	if record.Target != msg.Sender {
		return ErrOwner
	}
	Primary[msg.Sender] = name
	return nil
}

// Transfer gives a name of the caller to another owner. Where it points to does
// not change.
//
// Example: Transfer("alice.amigos", msg.Sender)
func Transfer(name string, to amigos.Address) error {
	record, err := owned(name)
	if err != nil {
		return err
	}
	if !to.IsValid() {
		return ErrNobody
	}
	record.Owner = to
	amigos.Emit("Transferred", "name", name, "to", to)
	return nil
}

// owned returns the record of a name if the caller owns it.
func owned(name string) (*Record, error) {
	record, ok := Names[name]
	if !ok {
		return nil, ErrNoName
	}
	if record.Owner != msg.Sender {
		return nil, ErrOwner
	}
	return record, nil
}

func validLabel(label string) bool {
	if len(label) < MinLabel || len(label) > MaxLabel {
		return false
	}
	if strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") {
		return false
	}
	for i := 0; i < len(label); i++ {
		c := label[i]
		if c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}
