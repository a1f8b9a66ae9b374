use crate::{Card, Duel, Side};

/// You gain 1 power. It takes 1 point of your hull.
#[derive(Debug, Default)]
pub struct Capacitor;

impl Card for Capacitor {
    fn name(&self) -> &'static str {
        "Capacitor"
    }

    fn cost(&self) -> u32 {
        0
    }

    fn play(&mut self, duel: &mut Duel, me: Side) {
        duel.gain_power(me, 1);
        duel.pierce(me, 1);
    }
}
