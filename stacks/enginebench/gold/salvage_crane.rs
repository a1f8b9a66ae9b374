use crate::{Card, Duel, Side};

/// Draw 3 cards. As always, each card that the deck lacks costs 1 point of your hull.
#[derive(Debug, Default)]
pub struct SalvageCrane;

impl Card for SalvageCrane {
    fn name(&self) -> &'static str {
        "Salvage Crane"
    }

    fn cost(&self) -> u32 {
        2
    }

    fn play(&mut self, duel: &mut Duel, me: Side) {
        duel.draw(me, 3);
    }
}
