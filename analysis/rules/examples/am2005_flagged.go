package example

var (
	owner   amigos.Address
	minter  amigos.Address
	curator amigos.Address
	keeper  amigos.Address
)

func Init(a amigos.Address) {
	owner = a // want AM2005 "anyone can call `Init`"
}

func Initialize(n uint64, a amigos.Address) error {
	if n == 0 {
		return nil
	}
	minter = a // want AM2005 "`Initialize`"
	return nil
}

func Setup() {
	curator = msg.Sender // want AM2005 "`Setup`"
}

func InitKeeper(a, b amigos.Address) {
	keeper = a // want AM2005 "`InitKeeper`"
}

func Allowed() bool {
	return msg.Sender == owner || msg.Sender == minter || msg.Sender == curator || msg.Sender == keeper
}
