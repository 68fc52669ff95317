package example

type job struct{ run func() }

type clock struct{ ticks int }

func (c *clock) tick() { c.ticks++ }

var (
	hook  func()
	hooks []func()
	jobs  = map[string]job{}
	keep  clock
)

func SetHook(n int) {
	hook = func() { keep.ticks += n } // want AM3001 "`hook` persists"
}

func AddHook(text string) {
	hooks = append(hooks, func() { println(text) }) // want AM3001 "`hooks` persists"
}

func AddJob(name string, n int) {
	jobs[name] = job{func() { n++ }} // want AM3001 "`jobs` persists"
}

func Tick() {
	hook = keep.tick // want AM3001 "a method bound to its receiver"
}
