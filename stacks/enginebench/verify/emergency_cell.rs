use engine::cards::emergency_cell::EmergencyCell;
use engine::cards::weld::Weld;
use engine::Side::{Left};
use engine::{Card, Duel};

/// The active side plays the card.
fn play(duel: &mut Duel) {
    duel.play(Box::new(EmergencyCell::default())).expect("it can be played");
}

#[test]
fn name_and_cost() {
    let card = EmergencyCell::default();
    assert_eq!((card.name(), card.cost()), ("Emergency Cell", 0));
}

#[test]
fn as_the_first_card_it_gives_one() {
    let mut duel = Duel::new();
    play(&mut duel);
    assert_eq!(duel.power(Left), 4);
}

#[test]
fn as_the_first_card_it_does_not_heat() {
    let mut duel = Duel::new();
    play(&mut duel);
    assert_eq!(duel.heat(Left), 0);
}

#[test]
fn later_it_gives_two() {
    let mut duel = Duel::new();
    duel.play(Box::new(Weld)).expect("it can be played");
    play(&mut duel);
    assert_eq!(duel.power(Left), 4);
}

#[test]
fn later_it_heats() {
    let mut duel = Duel::new();
    duel.play(Box::new(Weld)).expect("it can be played");
    play(&mut duel);
    assert_eq!(duel.heat(Left), 1);
}

#[test]
fn each_turn_begins_anew() {
    let mut duel = Duel::new();
    duel.play(Box::new(Weld)).expect("it can be played");
    duel.end_turn();
    duel.end_turn();
    play(&mut duel);
    assert_eq!((duel.power(Left), duel.heat(Left)), (4, 0));
}
