use crate::{Card, Duel, Side};

/// First the opponent's shield is halved: what stays is rounded down.
/// Then 5 damage to the opponent.
#[derive(Debug, Default)]
pub struct HammerBlow;

impl Card for HammerBlow {
    fn name(&self) -> &'static str {
        "Hammer Blow"
    }

    fn cost(&self) -> u32 {
        2
    }

    fn play(&mut self, duel: &mut Duel, me: Side) {
        let shield = duel.shield(me.other());
        duel.strip_shield(me.other(), shield - shield / 2);
        duel.damage(me.other(), 5);
    }
}
