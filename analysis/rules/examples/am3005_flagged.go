package example

type basket struct {
	items []string
}

var shelf = map[string][]string{}

// Put appends to a copy of the receiver.
func (b basket) Put(item string) {
	b.items = append(b.items, item) // want AM3005 "`b` is a copy"
}

// Add appends to the list under a name of its own.
func Add(list []string, item string) {
	list = append(list, item) // want AM3005 "the caller does not see"
}

func Store(key, item string) {
	list := shelf[key]
	list = append(list, item) // want AM3005 "nobody reads `list`"
}

func Drop(key, item string) {
	_ = append(shelf[key], item) // want AM3005 "thrown away"
}
