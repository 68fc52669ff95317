package example

var owner amigos.Address = msg.Sender // ok AM2016

const prefix = "amigos1" // ok AM2016

const help = "amigos1 is how addresses begin" // ok AM2016

func IsOwner() bool { return msg.Sender == owner }

func Short() string { return "amigos1someone" } // ok AM2016
