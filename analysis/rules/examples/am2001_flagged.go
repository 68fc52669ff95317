package example

var (
	owner amigos.Address = msg.Sender
	fee   uint64
	limit uint64
	names = map[string]string{}
	total uint64
)

func SetFee(n uint64) {
	if msg.Sender != owner {
		panic("only the owner")
	}
	fee = n
}

// Nobody asks who calls.
func ResetFee() {
	fee = 0 // want AM2001 "`SetFee` looks at `msg.Sender`"
}

func onlyOwner() {
	amigos.Assert(msg.Sender == owner, "only the owner")
}

func SetLimit(n uint64) {
	onlyOwner()
	limit = n
}

func Configure(f, l uint64) {
	if f > 100 {
		panic("too much")
	}
	limit = l // want AM2001 "`SetLimit`"
}

func Rename(key, name string) error {
	onlyOwner()
	names[key] = name
	return nil
}

func Import(key, name string) {
	names[key] = name // want AM2001 "`Rename`"
}

func Take(who amigos.Address) {
	owner = who // want AM2001 "become what `msg.Sender` is compared with"
}

func Mint(n uint64) {
	onlyOwner()
	total += n
}

func MintMore(n uint64) {
	total += 2 * n // want AM2001 "`Mint`"
}
