use crate::{Card, Duel, Side, Stat};

/// Both machines swap their shields.
#[derive(Debug, Default)]
pub struct CrossedWires;

impl Card for CrossedWires {
    fn name(&self) -> &'static str {
        "Crossed Wires"
    }

    fn cost(&self) -> u32 {
        2
    }

    fn play(&mut self, duel: &mut Duel, _me: Side) {
        duel.swap(Stat::Shield);
    }
}
