package example

var (
	owner  amigos.Address
	done   bool
	first  amigos.Address = msg.Sender
	title  string
	keeper amigos.Address
	heir   amigos.Address
)

func init() { keeper = msg.Sender } // ok AM2005

func Init(a amigos.Address) {
	if owner != "" {
		panic("it has an owner")
	}
	owner = a // ok AM2005
}

func Setup(a amigos.Address) {
	amigos.Assert(!done, "once")
	done = true
	owner = a // ok AM2005
}

func InitByFirst(a amigos.Address) {
	if msg.Sender == first && a.IsValid() {
		heir = a
	}
}

func Allowed() bool { return msg.Sender == owner || msg.Sender == keeper || msg.Sender == heir }

// Not what anyone is compared with.
func InitTitle(text string) { title = text } // ok AM2005
