use crate::{Card, Duel, Side};

/// Up to 6 points of the opponent's shield become yours.
/// If it had no shield: 3 damage to it instead.
#[derive(Debug, Default)]
pub struct MagnetHook;

impl Card for MagnetHook {
    fn name(&self) -> &'static str {
        "Magnet Hook"
    }

    fn cost(&self) -> u32 {
        2
    }

    fn play(&mut self, duel: &mut Duel, me: Side) {
        let taken = duel.strip_shield(me.other(), 6);
        if taken > 0 {
            duel.raise_shield(me, taken);
        } else {
            duel.damage(me.other(), 3);
        }
    }
}
