use crate::{Card, Duel, Side};

/// Your heat falls by 4, at most to 0.
#[derive(Debug, Default)]
pub struct CoolantFlush;

impl Card for CoolantFlush {
    fn name(&self) -> &'static str {
        "Coolant Flush"
    }

    fn cost(&self) -> u32 {
        1
    }

    fn play(&mut self, duel: &mut Duel, me: Side) {
        duel.cool(me, 4);
    }
}
