use engine::cards::drill_lance::DrillLance;
use engine::cards::reactive_armor::ReactiveArmor;
use engine::Side::{Right};
use engine::{Card, Duel};

/// The active side plays the card.
fn play(duel: &mut Duel) {
    duel.play(Box::new(DrillLance::default())).expect("it can be played");
}

#[test]
fn name_and_cost() {
    let card = DrillLance::default();
    assert_eq!((card.name(), card.cost()), ("Drill Lance", 2));
}

#[test]
fn takes_five_hull_points() {
    let mut duel = Duel::new();
    play(&mut duel);
    assert_eq!(duel.hull(Right), 25);
}

#[test]
fn goes_past_the_shield() {
    let mut duel = Duel::new();
    duel.raise_shield(Right, 8);
    play(&mut duel);
    assert_eq!((duel.shield(Right), duel.hull(Right)), (8, 25));
}

#[test]
fn is_no_hit() {
    let mut duel = Duel::new();
    duel.end_turn();
    duel.play(Box::new(ReactiveArmor::default())).expect("it can be played");
    duel.end_turn();
    play(&mut duel);
    assert_eq!((duel.hull(Right), duel.mounted(Right)), (25, 1));
}
