//! The programs as WebAssembly, for wasmi (which interprets) and wasmtime (which compiles), both with fuel.

use crate::Bench;

const TEXT: &str = r#"
(module
  (memory 16)
  (func (export "loop") (result i64) (local $s i64) (local $i i64)
    (loop $next
      (local.set $s (i64.xor (i64.add (local.get $s) (local.get $i)) (i64.const 0x9E3779B9)))
      (local.set $i (i64.add (local.get $i) (i64.const 1)))
      (br_if $next (i64.lt_u (local.get $i) (i64.const 10000000))))
    (local.get $s))
  (func (export "fib") (result i64) (local $a i64) (local $b i64) (local $t i64) (local $i i64)
    (local.set $b (i64.const 1))
    (loop $next
      (local.set $t (i64.add (local.get $a) (local.get $b)))
      (local.set $a (local.get $b))
      (local.set $b (local.get $t))
      (local.set $i (i64.add (local.get $i) (i64.const 1)))
      (br_if $next (i64.lt_u (local.get $i) (i64.const 10000000))))
    (local.get $a))
  (func $fib (param $n i64) (result i64)
    (if (i64.lt_u (local.get $n) (i64.const 2)) (then (return (local.get $n))))
    (i64.add (call $fib (i64.sub (local.get $n) (i64.const 1))) (call $fib (i64.sub (local.get $n) (i64.const 2)))))
  (func (export "calls") (result i64) (call $fib (i64.const 30)))
  (func (export "sieve") (result i64) (local $i i32) (local $j i32) (local $c i64)
    (memory.fill (i32.const 0) (i32.const 0) (i32.const 1000000))
    (local.set $i (i32.const 2))
    (loop $outer
      (if (i32.eqz (i32.load8_u (local.get $i)))
        (then
          (local.set $c (i64.add (local.get $c) (i64.const 1)))
          (local.set $j (i32.mul (local.get $i) (i32.const 2)))
          (block $done
            (loop $inner
              (br_if $done (i32.ge_u (local.get $j) (i32.const 1000000)))
              (i32.store8 (local.get $j) (i32.const 1))
              (local.set $j (i32.add (local.get $j) (local.get $i)))
              (br $inner)))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $outer (i32.lt_u (local.get $i) (i32.const 1000000))))
    (local.get $c)))
"#;

const PROGRAMS: [&str; 4] = ["loop", "fib", "calls", "sieve"];

/// The measurements.
pub fn benches() -> Vec<Bench> {
    let mut all: Vec<Bench> = PROGRAMS.into_iter().map(interpreted).collect();
    all.extend(PROGRAMS.into_iter().map(compiled));
    all
}

fn interpreted(program: &'static str) -> Bench {
    use wasmi::{Config, Engine, Linker, Module, Store};
    let mut config = Config::default();
    config.consume_fuel(true);
    let engine = Engine::new(&config);
    let module = Module::new(&engine, TEXT).expect("the text is a module");
    let mut store = Store::new(&engine, ());
    store.set_fuel(u64::MAX / 2).expect("fuel is on");
    let instance = Linker::new(&engine).instantiate_and_start(&mut store, &module).expect("it needs nothing");
    let f = instance.get_typed_func::<(), i64>(&store, program).expect("it is exported");
    let run = move || {
        store.set_fuel(u64::MAX / 2).expect("fuel is on");
        f.call(&mut store, ()).expect("it has fuel") as u64
    };
    Bench { program, engine: "wasmi with fuel", per: 1, run: Box::new(run) }
}

fn compiled(program: &'static str) -> Bench {
    use wasmtime::{Config, Engine, Instance, Module, Store};
    let mut config = Config::new();
    config.consume_fuel(true);
    let engine = Engine::new(&config).expect("the settings are fine");
    let module = Module::new(&engine, TEXT).expect("the text is a module");
    let mut store = Store::new(&engine, ());
    store.set_fuel(u64::MAX / 2).expect("fuel is on");
    let instance = Instance::new(&mut store, &module, &[]).expect("it needs nothing");
    let f = instance.get_typed_func::<(), i64>(&mut store, program).expect("it is exported");
    let run = move || {
        store.set_fuel(u64::MAX / 2).expect("fuel is on");
        f.call(&mut store, ()).expect("it has fuel") as u64
    };
    Bench { program, engine: "wasmtime with fuel", per: 1, run: Box::new(run) }
}
