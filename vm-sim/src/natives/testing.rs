//! testing: where a test stands.

use super::{Call, NativeFn};

pub(super) const NATIVES: &[(&str, &str, NativeFn)] = &[
    ("testing", "markHelper", |c| {
        // the running function is `Helper`; its caller is the helper
        let caller = c.m.frames.iter().rev().nth(1).map(|frame| frame.func);
        c.m.test_helpers.extend(caller);
        Ok(())
    }),
    ("testing", "place", |c| {
        let stack: Vec<(u32, u32)> = c.m.frames.iter().rev().map(|frame| (frame.func, frame.pc)).collect();
        let text = first_place(c, &stack);
        c.ret_str(text.as_bytes())
    }),
    ("testing", "panicPlace", |c| {
        let stack = c.m.panics.last().map(|panic| panic.stack.clone()).unwrap_or_default();
        let text = first_place(c, &stack);
        c.ret_str(text.as_bytes())
    }),
];

/// The first of these places, innermost first, that is neither in package testing nor in a helper.
fn first_place(c: &Call, stack: &[(u32, u32)]) -> String {
    let outside = |f: &u32| {
        let func = c.image.funcs.get(*f as usize);
        let package = func.and_then(|func| c.image.pkgs.get(usize::from(func.pkg)));
        package.is_some_and(|package| package.key.0.as_str() != "testing") && !c.m.test_helpers.contains(f)
    };
    let places = stack.iter().filter(|(f, _)| outside(f)).map(|(f, pc)| c.image.place(*f, *pc));
    places.into_iter().find(|(_, line)| *line > 0).map(|(file, line)| format!("{file}:{line}")).unwrap_or_default()
}
