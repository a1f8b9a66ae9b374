use engine::cards::arc_lamp::ArcLamp;
use engine::Side::{Left, Right};
use engine::{Card, Duel};

/// The active side plays the card.
fn play(duel: &mut Duel) {
    duel.play(Box::new(ArcLamp::default())).expect("it can be played");
}

#[test]
fn name_and_cost() {
    let card = ArcLamp::default();
    assert_eq!((card.name(), card.cost()), ("Arc Lamp", 1));
}

#[test]
fn heats_the_opponent_by_three() {
    let mut duel = Duel::new();
    duel.burn(Right, 1);
    play(&mut duel);
    assert_eq!(duel.heat(Right), 4);
}

#[test]
fn leaves_its_own_side_alone() {
    let mut duel = Duel::new();
    play(&mut duel);
    assert_eq!((duel.heat(Left), duel.hull(Left), duel.hull(Right)), (0, 30, 30));
}

#[test]
fn works_for_both_sides() {
    let mut duel = Duel::new();
    duel.end_turn();
    play(&mut duel);
    assert_eq!(duel.heat(Left), 3);
    assert_eq!(duel.heat(Right), 0);
}
