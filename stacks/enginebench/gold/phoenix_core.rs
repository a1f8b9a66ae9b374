use crate::{Card, Duel, Side};

/// It stays. The first hit that would take your last hull point leaves you 1 instead; your shield is used up by it as always.
/// At the start of your next turn after that: repair 5, and it is gone.
/// Until then further hits are not weakened.
#[derive(Debug, Default)]
pub struct PhoenixCore {
    has_burned: bool,
    has_risen: bool,
}

impl Card for PhoenixCore {
    fn name(&self) -> &'static str {
        "Phoenix Core"
    }

    fn cost(&self) -> u32 {
        3
    }

    fn play(&mut self, _duel: &mut Duel, _me: Side) {}

    fn stays(&self) -> bool {
        !self.has_risen
    }

    fn on_hit(&mut self, duel: &mut Duel, me: Side, amount: u32) -> u32 {
        let bearable = duel.shield(me) + duel.hull(me) - 1;
        if self.has_burned || amount <= bearable {
            return amount;
        }
        self.has_burned = true;
        bearable
    }

    fn on_turn_start(&mut self, duel: &mut Duel, me: Side) {
        if self.has_burned {
            duel.repair(me, 5);
            self.has_risen = true;
        }
    }
}
