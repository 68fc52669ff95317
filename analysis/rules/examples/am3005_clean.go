package example

type basket struct {
	items []string
}

var shelf = map[string][]string{}

func (b *basket) Put(item string) { b.items = append(b.items, item) }

// With gives the copy back.
func (b basket) With(item string) basket {
	b.items = append(b.items, item)
	return b
}

func Add(list []string, item string) []string {
	list = append(list, item)
	return list
}

func Store(key, item string) { shelf[key] = append(shelf[key], item) }

func Twice(items []string) int {
	var out []string
	for _, item := range items {
		if len(out) < 10 {
			out = append(out, item)
		}
	}
	return 0
}
