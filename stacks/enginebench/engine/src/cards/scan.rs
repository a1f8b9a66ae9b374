use crate::{Card, Duel, Side};

/// Draw 2 cards.
#[derive(Debug, Default)]
pub struct Scan;

impl Card for Scan {
    fn name(&self) -> &'static str {
        "Scan"
    }

    fn cost(&self) -> u32 {
        1
    }

    fn play(&mut self, duel: &mut Duel, me: Side) {
        duel.draw(me, 2);
    }
}
