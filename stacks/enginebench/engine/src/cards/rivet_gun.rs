use crate::{Card, Duel, Side};

/// 4 damage to the opponent.
#[derive(Debug, Default)]
pub struct RivetGun;

impl Card for RivetGun {
    fn name(&self) -> &'static str {
        "Rivet Gun"
    }

    fn cost(&self) -> u32 {
        1
    }

    fn play(&mut self, duel: &mut Duel, me: Side) {
        duel.damage(me.other(), 4);
    }
}
