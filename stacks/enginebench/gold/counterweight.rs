use core::cmp::Ordering;

use crate::{Card, Duel, Side};

/// Damage to the opponent: 8 if its hull is greater than yours, 5 if they are equal, 3 if it is less. Shields don't count.
#[derive(Debug, Default)]
pub struct Counterweight;

impl Card for Counterweight {
    fn name(&self) -> &'static str {
        "Counterweight"
    }

    fn cost(&self) -> u32 {
        2
    }

    fn play(&mut self, duel: &mut Duel, me: Side) {
        let amount = match duel.hull(me.other()).cmp(&duel.hull(me)) {
            Ordering::Greater => 8,
            Ordering::Equal => 5,
            Ordering::Less => 3,
        };
        duel.damage(me.other(), amount);
    }
}
