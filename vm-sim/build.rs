//! Sets `vm_threaded` where handlers of the threaded interpreter can be relied on to become jumps: optimised builds for processors whose calling convention
//! passes four words in registers.

fn main() {
    println!("cargo:rustc-check-cfg=cfg(vm_threaded)");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=AMIGOS_VM_LOOP");
    let var = |name: &str| std::env::var(name).unwrap_or_default();
    let optimised = matches!(var("OPT_LEVEL").as_str(), "2" | "3");
    let known = matches!(var("CARGO_CFG_TARGET_ARCH").as_str(), "x86_64" | "aarch64");
    // the other backend in an optimised build, to compare them
    let forced = !var("AMIGOS_VM_LOOP").is_empty();
    if optimised && known && !forced && std::env::var_os("CARGO_CFG_MIRI").is_none() {
        println!("cargo:rustc-cfg=vm_threaded");
    }
}
