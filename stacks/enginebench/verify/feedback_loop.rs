use engine::cards::feedback_loop::FeedbackLoop;
use engine::cards::weld::Weld;
use engine::Side::{Left, Right};
use engine::{Card, Duel};

/// The active side plays the card.
fn play(duel: &mut Duel) {
    duel.play(Box::new(FeedbackLoop::default())).expect("it can be played");
}

/// The active side plays as many Welds.
fn weld(duel: &mut Duel, count: u32) {
    for _ in 0..count {
        duel.play(Box::new(Weld)).expect("it can be played");
    }
}

#[test]
fn name_and_cost() {
    let card = FeedbackLoop::default();
    assert_eq!((card.name(), card.cost()), ("Feedback Loop", 1));
}

#[test]
fn is_mounted() {
    let mut duel = Duel::new();
    play(&mut duel);
    assert_eq!((duel.mounted(Left), duel.heat(Right), duel.hull(Right)), (1, 0, 30));
}

#[test]
fn a_card_of_the_opponent_heats_it() {
    let mut duel = Duel::new();
    play(&mut duel);
    duel.end_turn();
    weld(&mut duel, 1);
    assert_eq!((duel.heat(Right), duel.hull(Right)), (1, 30));
}

#[test]
fn two_cards_do_no_damage() {
    let mut duel = Duel::new();
    play(&mut duel);
    duel.end_turn();
    weld(&mut duel, 2);
    assert_eq!((duel.heat(Right), duel.hull(Right)), (2, 30));
}

#[test]
fn the_third_card_does_four_damage() {
    let mut duel = Duel::new();
    play(&mut duel);
    duel.end_turn();
    weld(&mut duel, 3);
    assert_eq!((duel.heat(Right), duel.hull(Right)), (3, 26));
}

#[test]
fn own_cards_do_nothing() {
    let mut duel = Duel::new();
    play(&mut duel);
    weld(&mut duel, 2);
    assert_eq!((duel.heat(Left), duel.heat(Right)), (0, 0));
}

#[test]
fn it_is_there_until_the_end_of_the_next_own_turn() {
    let mut duel = Duel::new();
    play(&mut duel);
    duel.end_turn();
    duel.end_turn();
    assert_eq!(duel.mounted(Left), 1);
    duel.end_turn();
    assert_eq!(duel.mounted(Left), 0);
}
