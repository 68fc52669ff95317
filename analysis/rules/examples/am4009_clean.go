package example

const unit = 1_000_000 // ok AM4009

const bit = 1 << 5 // ok AM4009

func Flip(x, mask uint64) uint64 { return x ^ mask } // ok AM4009

func Low(x uint64) uint64 { return x ^ 0xff } // ok AM4009

const hex = 2 ^ 0x1f // ok AM4009
