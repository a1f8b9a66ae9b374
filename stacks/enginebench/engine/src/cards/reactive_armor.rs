use crate::{Card, Duel, Side};

/// Stays until you are hit: that hit is halved, rounded down.
#[derive(Debug, Default)]
pub struct ReactiveArmor {
    is_spent: bool,
}

impl Card for ReactiveArmor {
    fn name(&self) -> &'static str {
        "Reactive Armor"
    }

    fn cost(&self) -> u32 {
        2
    }

    fn play(&mut self, _duel: &mut Duel, _me: Side) {}

    fn stays(&self) -> bool {
        !self.is_spent
    }

    fn on_hit(&mut self, _duel: &mut Duel, _me: Side, amount: u32) -> u32 {
        self.is_spent = true;
        amount / 2
    }
}
