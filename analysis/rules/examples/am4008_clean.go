package example

var goal amigos.Coins = 100

var paid amigos.Coins

func Reached() bool { return amigos.Balance(amigos.Self()) >= goal } // ok AM4008

func Poor() bool { return amigos.Balance(msg.Sender) == 0 } // ok AM4008

func Counted() bool { return paid == goal } // ok AM4008

func Exact() bool { return msg.Value == goal } // ok AM4008
