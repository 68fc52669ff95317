package example

type Item struct{ owner amigos.Address }

func (it *Item) SetOwner(a amigos.Address) { it.owner = a }

var items []*Item

func ForEach(fn func(*Item)) {
	for _, it := range items {
		fn(it) // want AM2011 "(*Item).SetOwner"
	}
}

type Visitor interface{ Visit(it *Item) }

func Accept(v Visitor) {
	v.Visit(items[0]) // want AM2011 "leads into `items`"
}
