package amigos

import "errors"

// ErrFunds says that a contract has fewer coins than it tried to send.
var ErrFunds = errors.New("amigos: not enough coins")

// ErrAddress says that a text is not an address.
var ErrAddress = errors.New("amigos: not an address")

// Address is the address of an account or a contract in bech32, amigos1... The
// zero value is nobody.
type Address string

// IsValid reports whether a is a well-formed address: the prefix, the length
// and the checksum are right. It says nothing about whether anyone has it.
//
//amigos:native gas=base:200
func (a Address) IsValid() bool

// IsZero reports whether a is nobody.
func (a Address) IsZero() bool { return a == "" }

// Short returns the address with its middle left out, for people to read.
func (a Address) Short() string {
	if len(a) <= 20 {
		return string(a)
	}
	return string(a[:12]) + "…" + string(a[len(a)-4:])
}

// Coins is an amount of the chain's coin in millionths (micro-amg).
type Coins uint64

// Amg is one whole coin.
const Amg Coins = 1_000_000

// String returns the amount in whole coins, such as "1.5 amg".
func (c Coins) String() string {
	text := digits(uint64(c / Amg))
	if part := uint64(c % Amg); part > 0 {
		places := digits(uint64(Amg) + part)[1:]
		for places[len(places)-1] == '0' {
			places = places[:len(places)-1]
		}
		text += "." + places
	}
	return text + " amg"
}

func digits(n uint64) string {
	if n == 0 {
		return "0"
	}
	var buf [20]byte
	at := len(buf)
	for n > 0 {
		at--
		buf[at] = '0' + byte(n%10)
		n /= 10
	}
	return string(buf[at:])
}
