//! The figures of the gas table. `docs/gas-table.md` is written from [`TABLE`], and `cargo xtask bench gas` holds the prices against the time that things take.

/// The version of this table; it stands in the header of every block of the chain.
pub const GAS_TABLE_VERSION: u32 = 1;

/// Gas of a block of the chain.
pub const BLOCK_GAS: u64 = 10_000_000;
/// Memory of a call, bytes.
pub const CALL_MEMORY: u64 = 64 << 20;
/// Frames of a call.
pub const CALL_DEPTH: u32 = 1024;
/// Bytes of an event.
pub const EVENT_BYTES: usize = 4096;

/// A fixed price.
pub type Gas = u64;

/// A price per unit: `ceil(units × num / den)`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Slope {
    /// Numerator.
    pub num: u64,
    /// Denominator, not zero.
    pub den: u64,
    /// What is counted.
    pub unit: &'static str,
}

impl Slope {
    /// The gas of `units`.
    pub const fn of(self, units: u64) -> u64 {
        match units.checked_mul(self.num) {
            Some(n) => n.div_ceil(self.den),
            None => u64::MAX,
        }
    }
}

const fn slope(num: u64, den: u64, unit: &'static str) -> Slope {
    Slope { num, den, unit }
}

/// What a row of the table says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Price {
    /// So much.
    Gas(Gas),
    /// So much for each unit.
    Slope(Slope),
}

/// A row of the table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Row {
    /// The part of the table that it stands in.
    pub group: &'static str,
    /// The name of the figure.
    pub name: &'static str,
    /// What costs that.
    pub what: &'static str,
    /// The price.
    pub price: Price,
}

macro_rules! table {
    ($($group:literal { $($name:ident: $kind:ident = $price:expr, $what:literal;)* })*) => {
        $($(
            #[doc = $what]
            pub const $name: $kind = $price;
        )*)*

        /// All prices, natives apart, which carry theirs in `std/`.
        pub const TABLE: &[Row] = &[
            $($(Row { group: $group, name: stringify!($name), what: $what, price: Price::$kind($name) },)*)*
        ];
    };
}

table! {
    "Control" {
        JUMP: Gas = 1, "a jump or branch at the end of a block";
        RETURN: Gas = 1, "a return, beside the copies of the results";
        PANIC: Gas = 20, "a panic";
        FAIL: Gas = 1, "a place at which the program always panics";
        FRAME: Gas = 2, "the frame of a call, and one more for each 16 slots of its registers";
        CALL: Gas = 4, "a call, beside the copies of the arguments";
        DYNAMIC_CALL: Gas = 8, "a call whose target is found at run time (interface, function value), on top of the call";
        DEFER: Gas = 10, "a `defer`, on top of the call";
        RECOVER: Gas = 4, "a `recover`";
        DEPTH: Gas = 64, "a check of how deep a function calls itself, which looks at all frames";
        GO: Gas = 40, "a `go` statement, on top of the call";
        CHANNEL: Gas = 20, "a channel made, something sent or received, a `select` and each of its cases";
        CLOSE: Gas = 10, "a channel closed";
    }
    "Values" {
        COPIED: Gas = 1, "a value copied, and one more for each 4 of its slots (of 8 bytes)";
        ARITHMETIC: Gas = 1, "an operation on one slot; comparisons and additions of larger values cost their slots";
        MULTIPLY: Gas = 2, "a multiplication";
        DIVIDE: Gas = 4, "a division or remainder";
        CONVERT: Gas = 1, "a conversion, beside the copy of its result";
        MIN_MAX: Gas = 2, "each argument of `min` and `max`";
        COMPLEX: Gas = 2, "a complex number made, or a part of one";
        SIZE: Gas = 1, "`len`, `cap`, and other facts about a frame or value";
        INTERFACE: Gas = 2, "a value of one slot put into an interface value, or an interface value converted";
        ASSERT: Gas = 3, "a type assertion, beside the copy of its result";
        FUNCTION: Gas = 8, "a function value, or a closure beside its memory";
        BIND: Gas = 10, "a bound method, beside its memory";
        MESSAGE: Gas = 4, "`msg`";
    }
    "Memory" {
        DEREFERENCE: Gas = 1, "a place behind a pointer, or a package variable";
        ELEMENT: Gas = 2, "an element of a slice or array behind a pointer";
        INDEX: Gas = 1, "each further index in a place";
        STORE: Gas = 1, "a write to a place, beside the copy";
        ADDRESS: Gas = 1, "the address of a place";
        NEW: Gas = 8, "something allocated, beside its memory";
        MAKE_SLICE: Gas = 10, "a slice made, beside its memory";
        SLICING: Gas = 4, "a slice or string cut";
        STRING_INDEX: Gas = 2, "a byte of a string";
        RUNE: Gas = 3, "a step of a range over a string";
        CONCAT: Gas = 6, "strings put together, and two for each of them";
        CONCAT_PART: Gas = 2, "each string that is put together";
        APPEND: Gas = 6, "`append` of elements, beside their copies";
        APPEND_ALL: Gas = 8, "`append` of a slice or string";
        COPY_ALL: Gas = 6, "`copy`, `clear`";
        PRINT: Gas = 10, "`print`, and four for each argument";
        PRINT_PART: Gas = 4, "each argument of `print`";
    }
    "Maps" {
        MAP_MAKE: Gas = 20, "a map made, beside its memory";
        MAP_GET: Gas = 14, "a lookup, beside the copy of the value";
        MAP_SET: Gas = 24, "an entry written, beside the copy of the value";
        MAP_DELETE: Gas = 20, "an entry deleted";
        MAP_RANGE: Gas = 6, "a range over a map begun, or a step of it beside the copies";
        MAP_GROW: Slope = slope(4, 1, "entry"), "a growth step or rehash of a map";
        MAP_SKIP: Slope = slope(1, 2, "deleted entry"), "a deleted entry of a map that a range passes over";
        HASH: Slope = slope(1, 8, "byte"), "bytes of a map's key that are hashed";
    }
    "What depends on data" {
        ALLOC: Slope = slope(1, 8, "byte"), "memory that a call allocates";
        COPY: Slope = slope(1, 4, "slot"), "slots (of 8 bytes) that are copied";
        BYTES: Slope = slope(1, 16, "byte"), "bytes that are copied, compared or scanned";
        RUNES: Slope = slope(1, 1, "rune"), "runes that are decoded or encoded";
    }
    "State and chain" {
        STATE_READ_BASE: Gas = 100, "the first read of a persistent object or map entry in a call";
        STATE_READ: Slope = slope(1, 4, "byte"), "the bytes of it";
        STATE_WRITE_BASE: Gas = 500, "the first write of a persistent object or map entry in a call";
        STATE_WRITE: Slope = slope(1, 1, "byte"), "the bytes that it has then";
        ADOPT: Gas = 200, "an object that becomes owned";
        SUB_TRANSACTION: Gas = 200, "a call from one contract into another, on top of the call";
        EVENT_BASE: Gas = 300, "an event";
        EVENT: Slope = slope(2, 1, "byte"), "the bytes of its name and attributes";
        SEND: Gas = 1500, "a transfer of coins";
    }
}
