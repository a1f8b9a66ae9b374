use crate::{Card, Duel, Side};

/// Your shield rises by 9.
#[derive(Debug, Default)]
pub struct Bulkhead;

impl Card for Bulkhead {
    fn name(&self) -> &'static str {
        "Bulkhead"
    }

    fn cost(&self) -> u32 {
        2
    }

    fn play(&mut self, duel: &mut Duel, me: Side) {
        duel.raise_shield(me, 9);
    }
}
