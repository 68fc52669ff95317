package example

type Item struct{ owner amigos.Address }

func (it *Item) SetOwner(a amigos.Address) { it.owner = a }

type Note struct{ Text string }

var (
	owner = msg.Sender
	items []*Item
	notes []*Note
)

func Values(fn func(Item)) {
	for _, it := range items {
		fn(*it) // ok AM2011
	}
}

// A note has nothing that changes it.
func Notes(fn func(*Note)) {
	for _, n := range notes {
		fn(n) // ok AM2011
	}
}

func each(fn func(*Item)) {
	for _, it := range items {
		fn(it) // ok AM2011
	}
}

func Clear() {
	each(func(it *Item) { it.owner = "" })
}

func ForOwner(fn func(*Item)) {
	if msg.Sender != owner {
		panic("not yours")
	}
	each(fn)
	fn(items[0]) // ok AM2011
}
