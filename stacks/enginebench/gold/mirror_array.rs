use crate::{Card, Duel, Side};

/// It stays for two hits, but at the start of your second turn after this one it is gone.
/// A hit on you is split: half of it, rounded up, goes to the opponent as a hit, first. The rest is yours.
#[derive(Debug, Default)]
pub struct MirrorArray {
    hits: u32,
    /// Own turns that have begun since.
    turns: u32,
}

impl Card for MirrorArray {
    fn name(&self) -> &'static str {
        "Mirror Array"
    }

    fn cost(&self) -> u32 {
        2
    }

    fn play(&mut self, _duel: &mut Duel, _me: Side) {}

    fn stays(&self) -> bool {
        self.hits < 2 && self.turns < 2
    }

    fn on_hit(&mut self, duel: &mut Duel, me: Side, amount: u32) -> u32 {
        self.hits += 1;
        let back = amount - amount / 2;
        duel.damage(me.other(), back);
        amount - back
    }

    fn on_turn_start(&mut self, _duel: &mut Duel, _me: Side) {
        self.turns += 1;
    }
}
