use crate::{Card, Duel, Side};

/// 3 damage to the opponent, and 2 more for each card that you have played before it in this turn.
#[derive(Debug, Default)]
pub struct SparkChain;

impl Card for SparkChain {
    fn name(&self) -> &'static str {
        "Spark Chain"
    }

    fn cost(&self) -> u32 {
        1
    }

    fn play(&mut self, duel: &mut Duel, me: Side) {
        let amount = 3 + 2 * duel.played_this_turn();
        duel.damage(me.other(), amount);
    }
}
