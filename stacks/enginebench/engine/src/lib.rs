//! Two machines fight a duel with cards. `Duel` knows the rules, a `Card` says what it does to a duel.
//!
//! A card is a pure function of the duel: this crate has `core` and `alloc`, and nothing else. No clock, no chance, no files.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod card;
pub mod cards;
mod duel;
mod machine;
mod side;

pub use card::Card;
pub use duel::{Duel, Refusal};
pub use machine::{DECK, HAND, HULL, POWER};
pub use side::{Side, Stat};
