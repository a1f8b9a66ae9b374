use crate::{Card, Duel, Side};

/// 5 damage to the opponent. Repair as many points of your hull as its hull has lost by that.
#[derive(Debug, Default)]
pub struct Siphon;

impl Card for Siphon {
    fn name(&self) -> &'static str {
        "Siphon"
    }

    fn cost(&self) -> u32 {
        2
    }

    fn play(&mut self, duel: &mut Duel, me: Side) {
        let lost = duel.damage(me.other(), 5);
        duel.repair(me, lost);
    }
}
