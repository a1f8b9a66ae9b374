use crate::{Card, Duel, Side};

/// It stays. At the start of your second turn after this one: 12 damage to the opponent, and it is gone.
/// Each card that the opponent plays before that takes 2 from the 12, at most to 0.
#[derive(Debug, Default)]
pub struct TimeBomb {
    /// Cards of the opponent.
    cards: u32,
    /// Own turns that have begun since.
    turns: u32,
}

impl Card for TimeBomb {
    fn name(&self) -> &'static str {
        "Time Bomb"
    }

    fn cost(&self) -> u32 {
        2
    }

    fn play(&mut self, _duel: &mut Duel, _me: Side) {}

    fn stays(&self) -> bool {
        self.turns < 2
    }

    fn on_card(&mut self, _duel: &mut Duel, me: Side, by: Side) {
        if by != me {
            self.cards += 1;
        }
    }

    fn on_turn_start(&mut self, duel: &mut Duel, me: Side) {
        self.turns += 1;
        if self.turns == 2 {
            duel.damage(me.other(), 12 - (2 * self.cards).min(12));
        }
    }
}
