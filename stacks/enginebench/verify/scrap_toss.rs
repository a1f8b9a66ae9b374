use engine::cards::reactive_armor::ReactiveArmor;
use engine::cards::scrap_toss::ScrapToss;
use engine::Side::{Left, Right};
use engine::{Card, Duel};

/// The active side plays the card.
fn play(duel: &mut Duel) {
    duel.play(Box::new(ScrapToss::default())).expect("it can be played");
}

#[test]
fn name_and_cost() {
    let card = ScrapToss::default();
    assert_eq!((card.name(), card.cost()), ("Scrap Toss", 1));
}

#[test]
fn two_cards_make_six() {
    let mut duel = Duel::new();
    play(&mut duel);
    assert_eq!((duel.hand(Left), duel.hull(Right)), (1, 24));
}

#[test]
fn one_card_makes_three() {
    let mut duel = Duel::new();
    duel.discard(Left, 2);
    play(&mut duel);
    assert_eq!((duel.hand(Left), duel.hull(Right)), (0, 27));
}

#[test]
fn an_empty_hand_makes_nothing() {
    let mut duel = Duel::new();
    duel.discard(Left, 3);
    play(&mut duel);
    assert_eq!((duel.hand(Left), duel.hull(Right)), (0, 30));
}

#[test]
fn is_one_hit() {
    let mut duel = Duel::new();
    duel.end_turn();
    duel.play(Box::new(ReactiveArmor::default())).expect("it can be played");
    duel.end_turn();
    play(&mut duel);
    assert_eq!(duel.hull(Right), 27);
}
