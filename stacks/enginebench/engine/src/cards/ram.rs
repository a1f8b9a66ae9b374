use crate::{Card, Duel, Side};

/// 3 damage to the opponent; 6 if it has no shield.
#[derive(Debug, Default)]
pub struct Ram;

impl Card for Ram {
    fn name(&self) -> &'static str {
        "Ram"
    }

    fn cost(&self) -> u32 {
        2
    }

    fn play(&mut self, duel: &mut Duel, me: Side) {
        let amount = if duel.shield(me.other()) == 0 { 6 } else { 3 };
        duel.damage(me.other(), amount);
    }
}
