use crate::{Duel, Side};

/// A card. `me` is always the side that played it.
///
/// A card that stays mounted hears what happens through the hooks `on_...`. While a card is being asked, it hears nothing else: what it
/// causes itself does not come back to it.
pub trait Card {
    fn name(&self) -> &'static str;

    /// The power that it takes to play it.
    fn cost(&self) -> u32;

    /// What happens when it is played.
    fn play(&mut self, duel: &mut Duel, me: Side);

    /// Whether it is mounted. Asked after `play`, and after each call of a hook: `false` removes it for good.
    fn stays(&self) -> bool {
        false
    }

    /// A turn of `me` begins: power is back, heat has burned, a card was drawn.
    fn on_turn_start(&mut self, _duel: &mut Duel, _me: Side) {}

    /// A turn of `me` ends.
    fn on_turn_end(&mut self, _duel: &mut Duel, _me: Side) {}

    /// A hit of `amount` arrives at `me`, before the shield.
    ///
    /// Returns what is left of it for the next mounted card, the shield and the hull.
    fn on_hit(&mut self, _duel: &mut Duel, _me: Side, amount: u32) -> u32 {
        amount
    }

    /// The side `by` has played another card.
    fn on_card(&mut self, _duel: &mut Duel, _me: Side, _by: Side) {}
}
