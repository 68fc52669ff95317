//! amigos, oracle, cid and sha256: the chain as a contract sees it.

use std::sync::Arc;

use super::{Call, NativeFn};
use crate::identity::{NOBODY, is_address};
use crate::machine::Machine;
use crate::outcome::Event;
use crate::ownership::Undo;
use crate::persist::{BANK, ORACLE, reports};
use crate::pure::content;
use crate::state::ObjKey;
use crate::trap::{Res, broken, panic};
use amigos_mir::gas;
use amigos_syntax::Name;

pub(super) const NATIVES: &[(&str, &str, NativeFn)] = &[
    ("amigos", "blockTime", |c| {
        let (s, n) = c.m.env.time;
        c.ret(s as u64)?;
        c.ret(n as u64)
    }),
    ("amigos", "Height", |c| {
        let h = c.m.env.height;
        c.ret(h as u64)
    }),
    ("amigos", "Self", |c| {
        let address = c.m.acting_address(c.image);
        c.ret_str(address.as_bytes())
    }),
    ("amigos", "Balance", |c| {
        let address = c.text();
        let amount = c.m.balance(&address)?;
        c.ret(amount)
    }),
    ("amigos", "send", send),
    ("amigos", "emit", emit),
    ("amigos", "Address.IsValid", |c| {
        let (p, len) = (c.word(), c.word());
        let is = is_address(c.m.mem.str(p, len));
        c.ret_bool(is)
    }),
    ("amigos", "checkHeight", |c| {
        let height = c.int();
        if c.m.env.transaction {
            return panic("amigos: StateAt is for queries and tests: a node need not keep old state");
        }
        if height < 0 || height > c.m.state.source.height() {
            return panic(format!("amigos: there is no state of height {height}; the last block is {}", c.m.state.source.height()));
        }
        Ok(())
    }),
    ("amigos/cid", "Sum", |c| {
        let data = c.bytes()?;
        c.ret_str(content::cid(&data).as_bytes())
    }),
    ("amigos/cid", "Valid", |c| {
        let text = c.str();
        c.ret_bool(content::is_cid(&text))
    }),
    ("oracle", "known", |c| {
        let pair = c.text();
        let found = c.m.reports(&pair)?;
        c.ret_bool(!found.is_empty())
    }),
    ("oracle", "report", |c| {
        let (pair, source) = (c.text(), c.text());
        let found = c.m.reports(&pair)?;
        match found.into_iter().find(|r| r.source == source) {
            Some(r) => {
                c.ret(r.units as u64)?;
                c.ret(r.height as u64)?;
                c.ret(r.seconds as u64)?;
                c.ret_bool(r.fresh)
            }
            None => c.ret_words(&[0, 0, 0, 0]),
        }
    }),
];

fn send(c: &mut Call) -> Res<()> {
    let (to, amount) = (c.text(), c.word());
    if c.m.acting == NOBODY || c.m.acting == 0 {
        return panic("amigos: Send where nobody acts: a Render reads, it does not pay");
    }
    if !is_address(to.as_bytes()) {
        return c.ret(2);
    }
    c.m.charge(gas::SEND)?;
    let from = c.m.acting_address(c.image);
    let status = if c.m.transfer(&from, &to, amount)? { 0 } else { 1 };
    c.ret(status)
}

fn emit(c: &mut Call) -> Res<()> {
    let (name, len) = (c.word(), c.word());
    let [p, count, _] = c.slice();
    // few values need no list
    let (mut few, mut many) = ([0; 32], Vec::new());
    let words = (count as usize).saturating_mul(2);
    let values = match few.get_mut(..words) {
        Some(values) => {
            if !values.is_empty() {
                c.m.load(c.image, p, 0, words as u32, values, 0)?;
            }
            &*values
        }
        None => {
            many.extend(c.m.words_of(c.image, p, count, 2)?);
            &many[..]
        }
    };
    if c.m.acting == NOBODY {
        return panic("amigos: Emit where nobody acts: a Render reads, it has no events");
    }
    let package = match c.image.pkgs.get(usize::from(c.m.acting)) {
        Some(package) if c.m.acting != 0 => package.key.0,
        _ => Name::new(Machine::pkg_name(c.image, c.m.acting)),
    };
    let mut event = Event::new(package, c.m.acting_address(c.image), c.m.mem.str(name, len));
    for value in values.chunks(2) {
        super::fmt::plain_into(c, [value[0], value[1]], event.text_mut())?;
        event.end();
    }
    let size = event.size();
    if size > gas::EVENT_BYTES {
        let name = event.name();
        return panic(format!("amigos: event `{name}` has {size} bytes; at most {} are allowed", gas::EVENT_BYTES));
    }
    c.m.charge(gas::EVENT_BASE + gas::EVENT.of(size as u64))?;
    c.m.events.push(event);
    Ok(())
}

impl Machine<'_> {
    /// The coins of an address.
    pub fn balance(&mut self, address: &str) -> Res<u64> {
        if let Some(amount) = self.coins.get(address) {
            return Ok(*amount);
        }
        if address.len() > 128 {
            return Ok(0);
        }
        let key = ObjKey { package: BANK.into(), key: address.as_bytes().into() };
        if self.keeps {
            self.foreign.push(key.clone());
        }
        let amount = match self.state.get(&key)? {
            None => 0,
            Some(bytes) => match <[u8; 8]>::try_from(&bytes[..]) {
                Ok(b) => u64::from_le_bytes(b),
                Err(_) => return broken("a balance is damaged"),
            },
        };
        self.coins.insert(Arc::from(address), amount);
        Ok(amount)
    }

    /// Moves coins; `false` if there are too few.
    pub fn transfer(&mut self, from: &str, to: &str, amount: u64) -> Res<bool> {
        let (have, theirs) = (self.balance(from)?, self.balance(to)?);
        if have < amount {
            return Ok(false);
        }
        if from == to {
            return Ok(true);
        }
        let Some(sum) = theirs.checked_add(amount) else { return Ok(false) };
        for (address, old, new) in [(from, have, have - amount), (to, theirs, sum)] {
            let address: Arc<str> = Arc::from(address);
            self.undo.push(Undo::Coins { address: address.clone(), old });
            self.coins.insert(address, new);
        }
        Ok(true)
    }

    /// The oracle's reports for a pair.
    fn reports(&mut self, pair: &str) -> Res<Vec<reports::Report>> {
        if pair.len() > 64 {
            return Ok(Vec::new());
        }
        let key = ObjKey { package: ORACLE.into(), key: pair.as_bytes().into() };
        if self.keeps {
            self.foreign.push(key.clone());
        }
        match self.state.get(&key)? {
            None => Ok(Vec::new()),
            Some(bytes) => match reports::read(&bytes) {
                Some(list) => Ok(list),
                None => broken("the oracle's reports are damaged"),
            },
        }
    }
}
