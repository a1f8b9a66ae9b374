use crate::{Card, Duel, Side};

/// Damage to the opponent, as much as your heat. Then your heat is 0.
#[derive(Debug, Default)]
pub struct VentSteam;

impl Card for VentSteam {
    fn name(&self) -> &'static str {
        "Vent Steam"
    }

    fn cost(&self) -> u32 {
        1
    }

    fn play(&mut self, duel: &mut Duel, me: Side) {
        let heat = duel.heat(me);
        duel.damage(me.other(), heat);
        duel.cool(me, heat);
    }
}
