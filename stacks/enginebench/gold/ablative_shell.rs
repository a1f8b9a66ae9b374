use crate::{Card, Duel, Side};

const ALL: u32 = 10;
const MOST: u32 = 4;

/// It stays, and can take 10 points in all.
/// Each hit on you loses up to 4 points to it, before your shield.
/// When the 10 points are used up, it is gone.
#[derive(Debug, Default)]
pub struct AblativeShell {
    used: u32,
}

impl Card for AblativeShell {
    fn name(&self) -> &'static str {
        "Ablative Shell"
    }

    fn cost(&self) -> u32 {
        2
    }

    fn play(&mut self, _duel: &mut Duel, _me: Side) {}

    fn stays(&self) -> bool {
        self.used < ALL
    }

    fn on_hit(&mut self, _duel: &mut Duel, _me: Side, amount: u32) -> u32 {
        let taken = amount.min(MOST).min(ALL - self.used);
        self.used += taken;
        amount - taken
    }
}
