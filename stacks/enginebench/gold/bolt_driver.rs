use crate::{Card, Duel, Side};

/// 7 damage to the opponent.
#[derive(Debug, Default)]
pub struct BoltDriver;

impl Card for BoltDriver {
    fn name(&self) -> &'static str {
        "Bolt Driver"
    }

    fn cost(&self) -> u32 {
        2
    }

    fn play(&mut self, duel: &mut Duel, me: Side) {
        duel.damage(me.other(), 7);
    }
}
