use crate::{Card, Duel, Side};

/// You gain 2 power. Your heat rises by 2.
#[derive(Debug, Default)]
pub struct Overclock;

impl Card for Overclock {
    fn name(&self) -> &'static str {
        "Overclock"
    }

    fn cost(&self) -> u32 {
        0
    }

    fn play(&mut self, duel: &mut Duel, me: Side) {
        duel.gain_power(me, 2);
        duel.burn(me, 2);
    }
}
