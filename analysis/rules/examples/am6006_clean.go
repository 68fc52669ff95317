package example

var posts = map[string]string{}

func find(path string) (string, bool) {
	text, ok := posts[path]
	return text, ok
}

func must(path string) string {
	if posts[path] == "" {
		panic("not found")
	}
	return posts[path]
}

// Others may panic.
func Read(path string) string { return must(path) } // ok AM6006

func Render(path string) string {
	text, ok := find(path)
	if !ok {
		return "# Not found\n" // ok AM6006
	}
	return text
}
