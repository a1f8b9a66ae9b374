use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::Card;

/// A whole hull.
pub const HULL: u32 = 30;
/// The power at the start of a turn.
pub const POWER: u32 = 3;
/// Cards in the hand at the start of a duel.
pub const HAND: u32 = 4;
/// Cards in the deck at the start of a duel.
pub const DECK: u32 = 12;

/// What one side has. Cards in hand and deck lie face down: they are only counted.
pub(crate) struct Machine {
    pub hull: u32,
    pub shield: u32,
    pub heat: u32,
    pub power: u32,
    pub hand: u32,
    pub deck: u32,
    /// In the order in which they were mounted. `None` is one that was removed, or is being asked.
    pub mounted: Vec<Option<Box<dyn Card>>>,
}

impl Machine {
    pub fn new() -> Machine {
        Machine { hull: HULL, shield: 0, heat: 0, power: POWER, hand: HAND, deck: DECK, mounted: Vec::new() }
    }
}
