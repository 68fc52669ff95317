package example

type Pricer interface{ Price(n uint64) uint64 }

var (
	pricer Pricer
	round  func(n uint64) uint64
	hooks  = map[string]func(n uint64) uint64{}
	steps  [2]Pricer
)

func SetPricer(p Pricer) {
	pricer = p // want AM2006 "the code behind `pricer`"
}

func SetRound(f func(n uint64) uint64) {
	if f != nil {
		round = f // want AM2006 "`round`"
	}
}

func SetHook(name string, f func(n uint64) uint64) {
	hooks[name] = f // want AM2006 "`hooks`"
}

func SetStep(p Pricer) {
	steps[1] = p // want AM2006 "`steps`"
}

func Cost(n uint64) uint64 {
	return round(pricer.Price(n)) + hooks["x"](n) + steps[1].Price(n)
}
