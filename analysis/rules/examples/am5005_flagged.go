package example

var (
	total int
	log   []string
)

func risky(n int) {
	if n > 3 {
		panic("too much")
	}
}

func Add(n int) {
	defer func() { recover() }() // want AM5005 "written before the panic"
	total += n
	risky(n)
}

func Note(text string) {
	defer func() {
		if r := recover(); r != nil { // want AM5005 "return an error"
			println("recovered")
		}
	}()
	log = append(log, text)
	risky(len(text))
}

func Quiet(n int) {
	defer func() {
		_ = recover() // want AM5005 "panic again"
	}()
	total = n
	risky(n)
}

func write(n int) { total = n }

func Deep(n int) {
	defer func() { recover() }() // want AM5005 "before the panic"
	write(n)
	risky(n)
}
