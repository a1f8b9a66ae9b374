use engine::cards::counterweight::Counterweight;
use engine::Side::{Left, Right};
use engine::{Card, Duel};

/// The active side plays the card.
fn play(duel: &mut Duel) {
    duel.play(Box::new(Counterweight::default())).expect("it can be played");
}

#[test]
fn name_and_cost() {
    let card = Counterweight::default();
    assert_eq!((card.name(), card.cost()), ("Counterweight", 2));
}

#[test]
fn behind_it_is_eight() {
    let mut duel = Duel::new();
    duel.pierce(Left, 10);
    play(&mut duel);
    assert_eq!(duel.hull(Right), 22);
}

#[test]
fn level_it_is_five() {
    let mut duel = Duel::new();
    play(&mut duel);
    assert_eq!(duel.hull(Right), 25);
}

#[test]
fn ahead_it_is_three() {
    let mut duel = Duel::new();
    duel.pierce(Right, 1);
    play(&mut duel);
    assert_eq!(duel.hull(Right), 26);
}

#[test]
fn shields_do_not_count() {
    let mut duel = Duel::new();
    duel.raise_shield(Right, 4);
    play(&mut duel);
    assert_eq!((duel.shield(Right), duel.hull(Right)), (0, 29));
}
