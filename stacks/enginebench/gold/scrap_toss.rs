use crate::{Card, Duel, Side};

/// Discard up to 2 cards of your hand. 3 damage to the opponent for each, together as one hit.
#[derive(Debug, Default)]
pub struct ScrapToss;

impl Card for ScrapToss {
    fn name(&self) -> &'static str {
        "Scrap Toss"
    }

    fn cost(&self) -> u32 {
        1
    }

    fn play(&mut self, duel: &mut Duel, me: Side) {
        let gone = duel.discard(me, 2);
        duel.damage(me.other(), 3 * gone);
    }
}
