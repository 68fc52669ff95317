package example

var (
	views int
	seen  = map[string]int{}
)

func count(path string) { seen[path]++ }

func Render(path string) string {
	views++ // want AM8004 "may not write `views`"
	count(path) // want AM8004 "which `count` does"
	amigos.Emit("Shown", "path", path) // want AM8004 "emit events"
	if path == "tip" {
		_ = amigos.Send(amigos.Self(), 1) // want AM8004 "send coins"
	}
	return path
}
