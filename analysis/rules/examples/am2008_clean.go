package example

type Tree struct {
	keys map[string]int
}

func (t *Tree) Set(key string, n int) { t.keys[key] = n }

type Item struct{ Name string }

// An item has nothing that changes it.
func (i *Item) Describe(prefix string) string { return prefix + i.Name }

type Reader interface{ Get(key string) int }

type view struct{ tree *Tree }

func (v view) Get(key string) int { return v.tree.keys[key] }

var (
	owner = msg.Sender
	store = &Tree{keys: map[string]int{}}
	items = map[string]*Item{}
)

func Get(key string) int { return store.keys[key] } // ok AM2008

func New() *Tree { return &Tree{keys: map[string]int{}} } // ok AM2008

func Find(name string) *Item { return items[name] } // ok AM2008

func Read() Reader { return view{store} } // ok AM2008

func Own() *Tree {
	if msg.Sender != owner {
		panic("not yours")
	}
	return store // ok AM2008
}
