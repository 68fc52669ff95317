package example

var views int

func View() { views++ }

func total() int { return views + 1 }

func Render(path string) string {
	lines := map[string]int{}
	lines[path] = total() // ok AM8004
	n := 0
	n += lines[path]
	if n > 1 {
		return "many"
	}
	return "one"
}
