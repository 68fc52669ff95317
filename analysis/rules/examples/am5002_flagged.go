package example

var coins, shares uint64 = 1, 1

// Quote is given to those who want to look.
type Quote interface{ Price() uint64 }

type quote struct{}

func (quote) Price() uint64 { return coins / shares }

type Trader interface{ Trade(q Quote) }

func Swap(t Trader) {
	coins++
	t.Trade(quote{})
	shares++ // want AM5002 "`Trade`"
}
