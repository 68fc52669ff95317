package example

import (
	"maps"
	"slices"
)

type User struct{ name string }

func (u *User) SetName(name string) { u.name = name }

var (
	users  []User
	byName = map[string]User{}
	names  []string
)

func Users() []User { return slices.Clone(users) } // ok AM2009

func Copies() []User { return append([]User(nil), users...) } // ok AM2009

// Nobody else may write to it.
func Names() []string { return names } // ok AM2009

// Entries of a map are copies.
func ByName() map[string]User { return byName } // ok AM2009

func Cloned() map[string]User { return maps.Clone(byName) } // ok AM2009
