use crate::{Card, Duel, Side};

/// Repair 4.
#[derive(Debug, Default)]
pub struct Weld;

impl Card for Weld {
    fn name(&self) -> &'static str {
        "Weld"
    }

    fn cost(&self) -> u32 {
        1
    }

    fn play(&mut self, duel: &mut Duel, me: Side) {
        duel.repair(me, 4);
    }
}
