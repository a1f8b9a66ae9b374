use crate::{Card, Duel, Side};

/// The opponent's heat rises by 2.
#[derive(Debug, Default)]
pub struct Blowtorch;

impl Card for Blowtorch {
    fn name(&self) -> &'static str {
        "Blowtorch"
    }

    fn cost(&self) -> u32 {
        1
    }

    fn play(&mut self, duel: &mut Duel, me: Side) {
        duel.burn(me.other(), 2);
    }
}
