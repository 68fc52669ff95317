package example

import "math"

var total int64 = 5_000_000_000 // ok AM1010

var small int = 2_000_000_000 // ok AM1010

func Over(n uint64) bool { return n > 3_000_000_000 } // ok AM1010

func Max() int { return math.MaxInt } // ok AM1010

const most = int(^uint(0) >> 1) // ok AM1010

func Half() int { return most / 2 } // ok AM1010

const Limit = 5_000_000_000

func Float() float64 { return 5_000_000_000 } // ok AM1010
