use crate::{Card, Duel, Side};

/// If it is the first card that you play in this turn: you gain 1 power.
/// Otherwise: you gain 2 power, and your heat rises by 1.
#[derive(Debug, Default)]
pub struct EmergencyCell;

impl Card for EmergencyCell {
    fn name(&self) -> &'static str {
        "Emergency Cell"
    }

    fn cost(&self) -> u32 {
        0
    }

    fn play(&mut self, duel: &mut Duel, me: Side) {
        if duel.played_this_turn() == 0 {
            duel.gain_power(me, 1);
        } else {
            duel.gain_power(me, 2);
            duel.burn(me, 1);
        }
    }
}
