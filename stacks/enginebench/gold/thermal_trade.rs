use crate::{Card, Duel, Side, Stat};

/// If your heat is greater than the opponent's, both machines swap their heat.
/// Otherwise draw 1 card.
#[derive(Debug, Default)]
pub struct ThermalTrade;

impl Card for ThermalTrade {
    fn name(&self) -> &'static str {
        "Thermal Trade"
    }

    fn cost(&self) -> u32 {
        1
    }

    fn play(&mut self, duel: &mut Duel, me: Side) {
        if duel.heat(me) > duel.heat(me.other()) {
            duel.swap(Stat::Heat);
        } else {
            duel.draw(me, 1);
        }
    }
}
