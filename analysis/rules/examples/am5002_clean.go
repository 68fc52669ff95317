package example

var coins, shares, trades uint64 = 1, 1, 0

type Quote interface{ Price() uint64 }

type quote struct{}

func (quote) Price() uint64 { return coins / shares }

type Trader interface{ Trade(q Quote) }

func Swap(t Trader) {
	coins++
	shares++ // ok AM5002
	t.Trade(quote{})
	trades++ // ok AM5002
}
