// Package calls pays out, and does not look whether it did.
package calls

var owed = map[amigos.Address]amigos.Coins{}

// Deposit keeps what comes with the call.
func Deposit() { owed[msg.Sender] += msg.Value }

// Withdraw pays out what is owed.
func Withdraw() {
	n := owed[msg.Sender]
	delete(owed, msg.Sender)
	amigos.Send(msg.Sender, n)
}
