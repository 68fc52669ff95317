package example

type share struct {
	who amigos.Address
	due amigos.Coins
}

var (
	shares  []share
	votes   = map[amigos.Address]int{}
	members []amigos.Address
	total   int
)

func Join() { shares = append(shares, share{who: msg.Sender}) }

func Vote(n int) { votes[msg.Sender] = n }

func add(who amigos.Address) { members = append(members, who) }

func Enter() { add(msg.Sender) }

func PayAll() {
	for i := range shares { // want AM6001 "`PayAll` no longer fits"
		shares[i].due = 0
	}
}

func Count() {
	total = 0
	for _, n := range votes { // want AM6001 "`votes`"
		total += n
	}
}

func Send() error {
	for _, s := range shares { // want AM6001 "`shares`"
		if err := amigos.Send(s.who, s.due); err != nil {
			return err
		}
	}
	return nil
}

func Tick() {
	for i := 0; i < len(members); i++ { // want AM6001 "`members`"
		total++
	}
}
