use crate::{Card, Duel, Side};

/// It stays until the end of your next turn.
/// After each card that the opponent plays: the opponent's heat rises by 1.
/// After every third of them, also 4 damage to the opponent.
#[derive(Debug, Default)]
pub struct FeedbackLoop {
    cards: u32,
    /// Own turns that have ended since.
    ends: u32,
}

impl Card for FeedbackLoop {
    fn name(&self) -> &'static str {
        "Feedback Loop"
    }

    fn cost(&self) -> u32 {
        1
    }

    fn play(&mut self, _duel: &mut Duel, _me: Side) {}

    fn stays(&self) -> bool {
        self.ends < 2
    }

    fn on_card(&mut self, duel: &mut Duel, me: Side, by: Side) {
        if by == me {
            return;
        }
        self.cards += 1;
        duel.burn(by, 1);
        if self.cards % 3 == 0 {
            duel.damage(by, 4);
        }
    }

    fn on_turn_end(&mut self, _duel: &mut Duel, _me: Side) {
        self.ends += 1;
    }
}
