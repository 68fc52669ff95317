package example

import "time"

var deadline int64

var open time.Time

var last int64

func Close() bool { return amigos.Height() >= deadline } // ok AM7005

func Started() bool { return !amigos.Now().Before(open) } // ok AM7005

func Tenth() bool { return amigos.Height()%10 == 0 } // ok AM7005

func Same(a, b int64) bool { return a == b } // ok AM7005

func Changed() bool { return amigos.Height() != last } // ok AM7005
