use engine::cards::field_patch::FieldPatch;
use engine::Side::{Left, Right};
use engine::{Card, Duel};

/// The active side plays the card.
fn play(duel: &mut Duel) {
    duel.play(Box::new(FieldPatch::default())).expect("it can be played");
}

#[test]
fn name_and_cost() {
    let card = FieldPatch::default();
    assert_eq!((card.name(), card.cost()), ("Field Patch", 2));
}

#[test]
fn repairs_eight() {
    let mut duel = Duel::new();
    duel.pierce(Left, 12);
    play(&mut duel);
    assert_eq!(duel.hull(Left), 26);
}

#[test]
fn stops_at_a_whole_hull() {
    let mut duel = Duel::new();
    duel.pierce(Left, 3);
    play(&mut duel);
    assert_eq!(duel.hull(Left), 30);
}

#[test]
fn repairs_its_own_side_only() {
    let mut duel = Duel::new();
    duel.pierce(Right, 12);
    play(&mut duel);
    assert_eq!(duel.hull(Right), 18);
}
