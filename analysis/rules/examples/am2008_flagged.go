package example

type Tree struct {
	keys map[string]int
}

func (t *Tree) Set(key string, n int) { t.keys[key] = n }

type Setter interface {
	Set(key string, n int)
}

var (
	store = &Tree{keys: map[string]int{}}
	trees = map[string]*Tree{}
)

func Store() *Tree {
	return store // want AM2008 "(*Tree).Set"
}

func Find(name string) (*Tree, bool) {
	t, ok := trees[name]
	return t, ok // want AM2008 "leads into `trees`"
}

func Access() Setter {
	return store // want AM2008 "(*Tree).Set"
}
