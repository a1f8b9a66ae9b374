use crate::{Card, Duel, Side};

/// Your shield rises by 5.
#[derive(Debug, Default)]
pub struct Plating;

impl Card for Plating {
    fn name(&self) -> &'static str {
        "Plating"
    }

    fn cost(&self) -> u32 {
        1
    }

    fn play(&mut self, duel: &mut Duel, me: Side) {
        duel.raise_shield(me, 5);
    }
}
