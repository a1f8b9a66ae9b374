use crate::{Card, Duel, Side};

/// It takes 5 points of the opponent's hull, past its mounted cards and its shield. It is no hit.
#[derive(Debug, Default)]
pub struct DrillLance;

impl Card for DrillLance {
    fn name(&self) -> &'static str {
        "Drill Lance"
    }

    fn cost(&self) -> u32 {
        2
    }

    fn play(&mut self, duel: &mut Duel, me: Side) {
        duel.pierce(me.other(), 5);
    }
}
