package example

var (
	hook  func()
	count int
	total int
)

func plain() { count++ }

func SetHook() { hook = plain } // ok AM3001

func SetLiteral() { hook = func() { count++ } } // ok AM3001

// A closure in a local is gone when the call ends.
func Sum(list []int) int {
	sum := 0
	add := func(n int) { sum += n }
	for _, n := range list {
		add(n)
	}
	total = sum
	return sum
}

func Run() {
	if hook != nil {
		hook()
	}
}
