use crate::{Card, Duel, Side};

/// Repair 8 points of your hull, at most to a whole hull.
#[derive(Debug, Default)]
pub struct FieldPatch;

impl Card for FieldPatch {
    fn name(&self) -> &'static str {
        "Field Patch"
    }

    fn cost(&self) -> u32 {
        2
    }

    fn play(&mut self, duel: &mut Duel, me: Side) {
        duel.repair(me, 8);
    }
}
