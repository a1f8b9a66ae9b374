use engine::cards::spark_chain::SparkChain;
use engine::cards::weld::Weld;
use engine::Side::{Right};
use engine::{Card, Duel};

/// The active side plays the card.
fn play(duel: &mut Duel) {
    duel.play(Box::new(SparkChain::default())).expect("it can be played");
}

#[test]
fn name_and_cost() {
    let card = SparkChain::default();
    assert_eq!((card.name(), card.cost()), ("Spark Chain", 1));
}

#[test]
fn alone_it_is_three() {
    let mut duel = Duel::new();
    play(&mut duel);
    assert_eq!(duel.hull(Right), 27);
}

#[test]
fn after_one_card_it_is_five() {
    let mut duel = Duel::new();
    duel.play(Box::new(Weld)).expect("it can be played");
    play(&mut duel);
    assert_eq!(duel.hull(Right), 25);
}

#[test]
fn after_two_cards_it_is_seven() {
    let mut duel = Duel::new();
    duel.play(Box::new(Weld)).expect("it can be played");
    duel.play(Box::new(Weld)).expect("it can be played");
    play(&mut duel);
    assert_eq!(duel.hull(Right), 23);
}

#[test]
fn cards_of_other_turns_do_not_count() {
    let mut duel = Duel::new();
    duel.play(Box::new(Weld)).expect("it can be played");
    duel.end_turn();
    duel.end_turn();
    play(&mut duel);
    assert_eq!(duel.hull(Right), 27);
}
