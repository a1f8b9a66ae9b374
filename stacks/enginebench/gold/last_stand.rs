use crate::{Card, Duel, Side};

/// Your shield rises by 4. If your hull is 10 or less, it rises by 10 instead.
#[derive(Debug, Default)]
pub struct LastStand;

impl Card for LastStand {
    fn name(&self) -> &'static str {
        "Last Stand"
    }

    fn cost(&self) -> u32 {
        1
    }

    fn play(&mut self, duel: &mut Duel, me: Side) {
        let amount = if duel.hull(me) <= 10 { 10 } else { 4 };
        duel.raise_shield(me, amount);
    }
}
