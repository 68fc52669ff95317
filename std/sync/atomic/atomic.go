// Package atomic has the operations on shared integers for plain Go (`--profile go`), where goroutines take turns, so that each is an ordinary one.
package atomic

// AddInt32 adds delta to *addr; the result is the new value.
func AddInt32(addr *int32, delta int32) (new int32) {
	*addr += delta
	return *addr
}

// AndInt32 is `*addr &= mask`; the result is the old value.
func AndInt32(addr *int32, mask int32) (old int32) {
	old = *addr
	*addr &= mask
	return
}

// OrInt32 is `*addr |= mask`; the result is the old value.
func OrInt32(addr *int32, mask int32) (old int32) {
	old = *addr
	*addr |= mask
	return
}

// CompareAndSwapInt32 sets *addr if it is old, and says whether it was.
func CompareAndSwapInt32(addr *int32, old, new int32) (swapped bool) {
	if *addr != old {
		return false
	}
	*addr = new
	return true
}

// LoadInt32 is *addr.
func LoadInt32(addr *int32) (val int32) { return *addr }

// StoreInt32 sets *addr.
func StoreInt32(addr *int32, val int32) { *addr = val }

// SwapInt32 sets *addr; the result is the old value.
func SwapInt32(addr *int32, new int32) (old int32) {
	old, *addr = *addr, new
	return
}

// An Int32 is an int32 with these operations as methods.
type Int32 struct{ v int32 }

// Load is the value.
func (x *Int32) Load() int32 { return x.v }

// Store sets the value.
func (x *Int32) Store(val int32) { x.v = val }

// Swap sets the value; the result is the old one.
func (x *Int32) Swap(new int32) (old int32) { return SwapInt32(&x.v, new) }

// CompareAndSwap sets the value if it is old, and says whether it was.
func (x *Int32) CompareAndSwap(old, new int32) (swapped bool) {
	return CompareAndSwapInt32(&x.v, old, new)
}

// Add adds delta; the result is the new value.
func (x *Int32) Add(delta int32) (new int32) { return AddInt32(&x.v, delta) }

// And masks the value; the result is the old one.
func (x *Int32) And(mask int32) (old int32) { return AndInt32(&x.v, mask) }

// Or sets bits of the value; the result is the old one.
func (x *Int32) Or(mask int32) (old int32) { return OrInt32(&x.v, mask) }

// AddInt64 adds delta to *addr; the result is the new value.
func AddInt64(addr *int64, delta int64) (new int64) {
	*addr += delta
	return *addr
}

// AndInt64 is `*addr &= mask`; the result is the old value.
func AndInt64(addr *int64, mask int64) (old int64) {
	old = *addr
	*addr &= mask
	return
}

// OrInt64 is `*addr |= mask`; the result is the old value.
func OrInt64(addr *int64, mask int64) (old int64) {
	old = *addr
	*addr |= mask
	return
}

// CompareAndSwapInt64 sets *addr if it is old, and says whether it was.
func CompareAndSwapInt64(addr *int64, old, new int64) (swapped bool) {
	if *addr != old {
		return false
	}
	*addr = new
	return true
}

// LoadInt64 is *addr.
func LoadInt64(addr *int64) (val int64) { return *addr }

// StoreInt64 sets *addr.
func StoreInt64(addr *int64, val int64) { *addr = val }

// SwapInt64 sets *addr; the result is the old value.
func SwapInt64(addr *int64, new int64) (old int64) {
	old, *addr = *addr, new
	return
}

// An Int64 is an int64 with these operations as methods.
type Int64 struct{ v int64 }

// Load is the value.
func (x *Int64) Load() int64 { return x.v }

// Store sets the value.
func (x *Int64) Store(val int64) { x.v = val }

// Swap sets the value; the result is the old one.
func (x *Int64) Swap(new int64) (old int64) { return SwapInt64(&x.v, new) }

// CompareAndSwap sets the value if it is old, and says whether it was.
func (x *Int64) CompareAndSwap(old, new int64) (swapped bool) {
	return CompareAndSwapInt64(&x.v, old, new)
}

// Add adds delta; the result is the new value.
func (x *Int64) Add(delta int64) (new int64) { return AddInt64(&x.v, delta) }

// And masks the value; the result is the old one.
func (x *Int64) And(mask int64) (old int64) { return AndInt64(&x.v, mask) }

// Or sets bits of the value; the result is the old one.
func (x *Int64) Or(mask int64) (old int64) { return OrInt64(&x.v, mask) }

// AddUint32 adds delta to *addr; the result is the new value.
func AddUint32(addr *uint32, delta uint32) (new uint32) {
	*addr += delta
	return *addr
}

// AndUint32 is `*addr &= mask`; the result is the old value.
func AndUint32(addr *uint32, mask uint32) (old uint32) {
	old = *addr
	*addr &= mask
	return
}

// OrUint32 is `*addr |= mask`; the result is the old value.
func OrUint32(addr *uint32, mask uint32) (old uint32) {
	old = *addr
	*addr |= mask
	return
}

// CompareAndSwapUint32 sets *addr if it is old, and says whether it was.
func CompareAndSwapUint32(addr *uint32, old, new uint32) (swapped bool) {
	if *addr != old {
		return false
	}
	*addr = new
	return true
}

// LoadUint32 is *addr.
func LoadUint32(addr *uint32) (val uint32) { return *addr }

// StoreUint32 sets *addr.
func StoreUint32(addr *uint32, val uint32) { *addr = val }

// SwapUint32 sets *addr; the result is the old value.
func SwapUint32(addr *uint32, new uint32) (old uint32) {
	old, *addr = *addr, new
	return
}

// A Uint32 is a uint32 with these operations as methods.
type Uint32 struct{ v uint32 }

// Load is the value.
func (x *Uint32) Load() uint32 { return x.v }

// Store sets the value.
func (x *Uint32) Store(val uint32) { x.v = val }

// Swap sets the value; the result is the old one.
func (x *Uint32) Swap(new uint32) (old uint32) { return SwapUint32(&x.v, new) }

// CompareAndSwap sets the value if it is old, and says whether it was.
func (x *Uint32) CompareAndSwap(old, new uint32) (swapped bool) {
	return CompareAndSwapUint32(&x.v, old, new)
}

// Add adds delta; the result is the new value.
func (x *Uint32) Add(delta uint32) (new uint32) { return AddUint32(&x.v, delta) }

// And masks the value; the result is the old one.
func (x *Uint32) And(mask uint32) (old uint32) { return AndUint32(&x.v, mask) }

// Or sets bits of the value; the result is the old one.
func (x *Uint32) Or(mask uint32) (old uint32) { return OrUint32(&x.v, mask) }

// AddUint64 adds delta to *addr; the result is the new value.
func AddUint64(addr *uint64, delta uint64) (new uint64) {
	*addr += delta
	return *addr
}

// AndUint64 is `*addr &= mask`; the result is the old value.
func AndUint64(addr *uint64, mask uint64) (old uint64) {
	old = *addr
	*addr &= mask
	return
}

// OrUint64 is `*addr |= mask`; the result is the old value.
func OrUint64(addr *uint64, mask uint64) (old uint64) {
	old = *addr
	*addr |= mask
	return
}

// CompareAndSwapUint64 sets *addr if it is old, and says whether it was.
func CompareAndSwapUint64(addr *uint64, old, new uint64) (swapped bool) {
	if *addr != old {
		return false
	}
	*addr = new
	return true
}

// LoadUint64 is *addr.
func LoadUint64(addr *uint64) (val uint64) { return *addr }

// StoreUint64 sets *addr.
func StoreUint64(addr *uint64, val uint64) { *addr = val }

// SwapUint64 sets *addr; the result is the old value.
func SwapUint64(addr *uint64, new uint64) (old uint64) {
	old, *addr = *addr, new
	return
}

// A Uint64 is a uint64 with these operations as methods.
type Uint64 struct{ v uint64 }

// Load is the value.
func (x *Uint64) Load() uint64 { return x.v }

// Store sets the value.
func (x *Uint64) Store(val uint64) { x.v = val }

// Swap sets the value; the result is the old one.
func (x *Uint64) Swap(new uint64) (old uint64) { return SwapUint64(&x.v, new) }

// CompareAndSwap sets the value if it is old, and says whether it was.
func (x *Uint64) CompareAndSwap(old, new uint64) (swapped bool) {
	return CompareAndSwapUint64(&x.v, old, new)
}

// Add adds delta; the result is the new value.
func (x *Uint64) Add(delta uint64) (new uint64) { return AddUint64(&x.v, delta) }

// And masks the value; the result is the old one.
func (x *Uint64) And(mask uint64) (old uint64) { return AndUint64(&x.v, mask) }

// Or sets bits of the value; the result is the old one.
func (x *Uint64) Or(mask uint64) (old uint64) { return OrUint64(&x.v, mask) }

// AddUintptr adds delta to *addr; the result is the new value.
func AddUintptr(addr *uintptr, delta uintptr) (new uintptr) {
	*addr += delta
	return *addr
}

// AndUintptr is `*addr &= mask`; the result is the old value.
func AndUintptr(addr *uintptr, mask uintptr) (old uintptr) {
	old = *addr
	*addr &= mask
	return
}

// OrUintptr is `*addr |= mask`; the result is the old value.
func OrUintptr(addr *uintptr, mask uintptr) (old uintptr) {
	old = *addr
	*addr |= mask
	return
}

// CompareAndSwapUintptr sets *addr if it is old, and says whether it was.
func CompareAndSwapUintptr(addr *uintptr, old, new uintptr) (swapped bool) {
	if *addr != old {
		return false
	}
	*addr = new
	return true
}

// LoadUintptr is *addr.
func LoadUintptr(addr *uintptr) (val uintptr) { return *addr }

// StoreUintptr sets *addr.
func StoreUintptr(addr *uintptr, val uintptr) { *addr = val }

// SwapUintptr sets *addr; the result is the old value.
func SwapUintptr(addr *uintptr, new uintptr) (old uintptr) {
	old, *addr = *addr, new
	return
}

// A Uintptr is a uintptr with these operations as methods.
type Uintptr struct{ v uintptr }

// Load is the value.
func (x *Uintptr) Load() uintptr { return x.v }

// Store sets the value.
func (x *Uintptr) Store(val uintptr) { x.v = val }

// Swap sets the value; the result is the old one.
func (x *Uintptr) Swap(new uintptr) (old uintptr) { return SwapUintptr(&x.v, new) }

// CompareAndSwap sets the value if it is old, and says whether it was.
func (x *Uintptr) CompareAndSwap(old, new uintptr) (swapped bool) {
	return CompareAndSwapUintptr(&x.v, old, new)
}

// Add adds delta; the result is the new value.
func (x *Uintptr) Add(delta uintptr) (new uintptr) { return AddUintptr(&x.v, delta) }

// And masks the value; the result is the old one.
func (x *Uintptr) And(mask uintptr) (old uintptr) { return AndUintptr(&x.v, mask) }

// Or sets bits of the value; the result is the old one.
func (x *Uintptr) Or(mask uintptr) (old uintptr) { return OrUintptr(&x.v, mask) }

// A Bool is a bool with such operations.
type Bool struct{ v bool }

// Load is the value.
func (x *Bool) Load() bool { return x.v }

// Store sets the value.
func (x *Bool) Store(val bool) { x.v = val }

// Swap sets the value; the result is the old one.
func (x *Bool) Swap(new bool) (old bool) {
	old, x.v = x.v, new
	return
}

// CompareAndSwap sets the value if it is old, and says whether it was.
func (x *Bool) CompareAndSwap(old, new bool) (swapped bool) {
	if x.v != old {
		return false
	}
	x.v = new
	return true
}

// A Pointer is a *T with such operations.
type Pointer[T any] struct{ v *T }

// Load is the value.
func (x *Pointer[T]) Load() *T { return x.v }

// Store sets the value.
func (x *Pointer[T]) Store(val *T) { x.v = val }

// Swap sets the value; the result is the old one.
func (x *Pointer[T]) Swap(new *T) (old *T) {
	old, x.v = x.v, new
	return
}

// CompareAndSwap sets the value if it is old, and says whether it was.
func (x *Pointer[T]) CompareAndSwap(old, new *T) (swapped bool) {
	if x.v != old {
		return false
	}
	x.v = new
	return true
}

// A Value holds a value of any type, always of the same one.
type Value struct{ v any }

// Load is the value; nil if none was stored.
func (v *Value) Load() (val any) { return v.v }

// Store sets the value.
func (v *Value) Store(val any) {
	if val == nil {
		panic("sync/atomic: store of nil value into Value")
	}
	v.v = val
}

// Swap sets the value; the result is the old one.
func (v *Value) Swap(new any) (old any) {
	if new == nil {
		panic("sync/atomic: swap of nil value into Value")
	}
	old, v.v = v.v, new
	return
}

// CompareAndSwap sets the value if it is old, and says whether it was.
func (v *Value) CompareAndSwap(old, new any) (swapped bool) {
	if new == nil {
		panic("sync/atomic: compare and swap of nil value into Value")
	}
	if v.v != old {
		return false
	}
	v.v = new
	return true
}
