use crate::{Card, Duel, Side};

/// The opponent's heat rises by 3.
#[derive(Debug, Default)]
pub struct ArcLamp;

impl Card for ArcLamp {
    fn name(&self) -> &'static str {
        "Arc Lamp"
    }

    fn cost(&self) -> u32 {
        1
    }

    fn play(&mut self, duel: &mut Duel, me: Side) {
        duel.burn(me.other(), 3);
    }
}
