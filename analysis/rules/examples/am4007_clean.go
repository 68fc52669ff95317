package example

func Withdraw(n int64) bool { return n >= 0 } // ok AM4007

func Positive(n uint64) bool { return n > 0 } // ok AM4007

func Empty(list []int) bool { return len(list) == 0 } // ok AM4007

func IsNaN(x float64) bool { return x != x } // ok AM4007

func Equal(a, b []int, i int) bool { return a[i] == b[i] } // ok AM4007
