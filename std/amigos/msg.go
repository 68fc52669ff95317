package amigos

// call describes `msg`, the call at hand. msg is not a value: it cannot be
// assigned, passed or stored, only its fields can be read. What must outlive the
// call is stored field by field.
type call struct {
	// Sender is who called this contract: the contract nearest below it on the
	// stack, or else the account that signed. Check rights against it.
	Sender Address

	// Origin is the account that signed the transaction. Between it and this
	// contract others may have run: record it, but do not check rights against it.
	Origin Address

	// Value is what this call moved to this contract. It is zero in calls from
	// other contracts.
	Value Coins

	// Func is the name of the function that the transaction called.
	Func string
}
