use engine::cards::bulkhead::Bulkhead;
use engine::Side::{Left, Right};
use engine::{Card, Duel};

/// The active side plays the card.
fn play(duel: &mut Duel) {
    duel.play(Box::new(Bulkhead::default())).expect("it can be played");
}

#[test]
fn name_and_cost() {
    let card = Bulkhead::default();
    assert_eq!((card.name(), card.cost()), ("Bulkhead", 2));
}

#[test]
fn raises_the_shield_by_nine() {
    let mut duel = Duel::new();
    play(&mut duel);
    assert_eq!(duel.shield(Left), 9);
}

#[test]
fn adds_to_the_shield_that_is_there() {
    let mut duel = Duel::new();
    duel.raise_shield(Left, 2);
    play(&mut duel);
    assert_eq!(duel.shield(Left), 11);
}

#[test]
fn leaves_the_opponent_alone() {
    let mut duel = Duel::new();
    duel.raise_shield(Right, 4);
    play(&mut duel);
    assert_eq!(duel.shield(Right), 4);
}
