package example

var posts = map[string]string{}

func must(path string) string {
	text, ok := posts[path]
	if !ok {
		panic("not found")
	}
	return text
}

func show(path string) string { return "# " + must(path) }

func Render(path string) string {
	if path == "" {
		panic("no path") // want AM6006 "ends in a panic"
	}
	switch path {
	case "one":
		return must("one") // want AM6006 "`must` may panic"
	case "two":
		return "two: " + show(path) // want AM6006 "`show`"
	}
	if len(posts) == 0 {
		panic("nothing") // want AM6006 "ends in a panic"
	}
	return "list"
}
