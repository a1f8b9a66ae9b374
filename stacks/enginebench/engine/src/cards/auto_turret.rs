use crate::{Card, Duel, Side};

const SHOTS: u32 = 3;

/// Stays for three of your turns: at the start of each, 2 damage to the opponent.
#[derive(Debug, Default)]
pub struct AutoTurret {
    shots: u32,
}

impl Card for AutoTurret {
    fn name(&self) -> &'static str {
        "Auto Turret"
    }

    fn cost(&self) -> u32 {
        2
    }

    fn play(&mut self, _duel: &mut Duel, _me: Side) {}

    fn stays(&self) -> bool {
        self.shots < SHOTS
    }

    fn on_turn_start(&mut self, duel: &mut Duel, me: Side) {
        self.shots += 1;
        duel.damage(me.other(), 2);
    }
}
