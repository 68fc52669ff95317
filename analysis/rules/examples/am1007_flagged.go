package example

var players []amigos.Address

// Whoever sees that the next height is even plays.
func Play() error {
	if amigos.Height()%2 == 0 { // want AM1007 "known beforehand"
		return amigos.Send(msg.Sender, 10)
	}
	return nil
}

func Draw() error {
	n := amigos.Now().Unix()
	winner := n % int64(len(players))
	return amigos.Send(players[winner], 100) // want AM1007 "drawn"
}
