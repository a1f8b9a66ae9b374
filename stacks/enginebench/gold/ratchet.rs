use crate::{Card, Duel, Side};

/// It stays. At the end of each of your turns, this one included, your shield rises by its step.
/// The step is 1 at first, and rises by 1 after each time, to 4 at most.
/// A hit on you sets the step back to 1. The hit itself is not weakened.
#[derive(Debug, Default)]
pub struct Ratchet {
    /// The step, less 1.
    raised: u32,
}

impl Card for Ratchet {
    fn name(&self) -> &'static str {
        "Ratchet"
    }

    fn cost(&self) -> u32 {
        2
    }

    fn play(&mut self, _duel: &mut Duel, _me: Side) {}

    fn stays(&self) -> bool {
        true
    }

    fn on_turn_end(&mut self, duel: &mut Duel, me: Side) {
        duel.raise_shield(me, self.raised + 1);
        self.raised = (self.raised + 1).min(3);
    }

    fn on_hit(&mut self, _duel: &mut Duel, _me: Side, amount: u32) -> u32 {
        self.raised = 0;
        amount
    }
}
