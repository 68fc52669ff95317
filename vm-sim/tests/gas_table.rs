//! The page `docs/gas-table.md` is written from the gas table and the prices of natives, and compared with them here. `UPDATE_EXPECT=1` rewrites it.

use std::collections::BTreeMap;
use std::fmt::Write;

use amigos_mir::gas::{self, Price};
use expect_test::expect_file;

#[test]
fn the_page_is_what_the_table_says() {
    expect_file!["../../docs/gas-table.md"].assert_eq(&page());
}

fn page() -> String {
    let mut page = format!(
        "# The gas table\n\n\
         Version {}. Written from `analysis/mir/src/gas/table.rs` and `std/` by a test; do not edit. [gas.md](gas.md) says how bounds are found from it, \
         [language.md](language.md) what gas is.\n\n\
         A basic block costs the sum of its instructions and its end, paid when it is entered. What depends on data is paid before the work is done, each part \
         rounded up. A block of the chain has {} gas; a call {} MiB of memory and {} frames; an event {} bytes.\n\n\
         How the prices relate to the time that things take is measured by `cargo xtask bench gas`.\n",
        gas::GAS_TABLE_VERSION,
        gas::BLOCK_GAS,
        gas::CALL_MEMORY >> 20,
        gas::CALL_DEPTH,
        gas::EVENT_BYTES
    );
    let mut group = "";
    for row in gas::TABLE {
        if row.group != group {
            group = row.group;
            let _ = write!(page, "\n## {group}\n\n| price | gas | of what |\n|---|---|---|\n");
        }
        let price = match row.price {
            Price::Gas(gas) => gas.to_string(),
            Price::Slope(s) if s.den == 1 => format!("{} a {}", s.num, s.unit),
            Price::Slope(s) => format!("{}/{} a {}", s.num, s.den, s.unit),
        };
        let _ = writeln!(page, "| `{}` | {price} | {} |", row.name, row.what);
    }
    page += "\n## Natives\n\nWhat the result takes of memory is paid besides.\n\n| package | native | gas |\n|---|---|---|\n";
    let natives: BTreeMap<_, _> = amigos_std::natives().iter().map(|n| ((n.package, n.full_name()), n.price())).collect();
    for ((package, name), price) in natives {
        let _ = writeln!(page, "| `{package}` | `{name}` | {price} |");
    }
    page
}
